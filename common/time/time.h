// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace oneway {

// A point in time as producers and joiners tell it: nanoseconds since the Unix epoch, UTC. On wire and disk it is a
// fixed64 with the suffix `_unix_nanos`.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;
// Never jumps; for measuring how long something took.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

constexpr Time FromUnixNanos(uint64_t nanos) {
  return Time(Duration(static_cast<int64_t>(nanos)));
}
constexpr uint64_t ToUnixNanos(Time time) {
  return static_cast<uint64_t>(time.time_since_epoch().count());
}

}  // namespace oneway
