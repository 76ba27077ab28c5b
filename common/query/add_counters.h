// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Adds every counter to its sum. Pure.
void AddCounters(const v1::FlowCounters& counters, v1::FlowCounters& sum);

}  // namespace oneway::query
