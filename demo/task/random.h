// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace oneway::demo::task {

using Random = std::mt19937_64;

// How long a worker or a publisher takes at most; any time up to it is as likely.
constexpr std::chrono::nanoseconds kDelayMax = std::chrono::seconds(2);

inline std::chrono::nanoseconds DrawDelay(Random& random, std::chrono::nanoseconds delay_max) {
  return std::chrono::nanoseconds(std::uniform_int_distribution<int64_t>(0, delay_max.count())(random));
}

}  // namespace oneway::demo::task
