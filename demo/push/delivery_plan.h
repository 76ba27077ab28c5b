// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <random>
#include <vector>

#include "demo/push/flow.h"

namespace oneway::demo::push {

using Random = std::mt19937_64;

// After which times from now a delivery is done: mostly one; none when it gets lost; two when the service does it
// twice.
using DeliveryPlan = std::vector<std::chrono::nanoseconds>;

// Draws how a delivery goes.
//   push              apns 0.3-1.2 s, gcm 0.5-2 s; of all pushes 2 % take 6.5-9 s, 2 % get lost, 3 % are done twice
//   message-delivery  80-400 ms
//   typing-indicator  50-200 ms
//   seen-receipt      50-300 ms
DeliveryPlan DrawPlan(Service service, Flow flow, Random& random);

}  // namespace oneway::demo::push
