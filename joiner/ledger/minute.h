// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "common/time/time.h"

namespace oneway::ledger {

// Whole minutes and hours since the Unix epoch, UTC. The numbers are stored. Anything before 1970 lies in the first.
enum class Minute : uint32_t {};
enum class Hour : uint32_t {};

constexpr Minute MinuteOf(Time time) {
  const int64_t nanos = time.time_since_epoch().count();
  return Minute(nanos <= 0 ? 0 : static_cast<uint32_t>(nanos / Duration(std::chrono::minutes(1)).count()));
}

// The first minute that begins at or after `time`.
constexpr Minute FirstMinuteFrom(Time time) {
  const int64_t nanos = time.time_since_epoch().count();
  return Minute(nanos <= 0 ? 0 : static_cast<uint32_t>((nanos - 1) / Duration(std::chrono::minutes(1)).count() + 1));
}

constexpr Hour HourOf(Minute minute) {
  return Hour(static_cast<uint32_t>(minute) / 60);
}
constexpr Hour NextOf(Hour hour) {
  return Hour(static_cast<uint32_t>(hour) + 1);
}
constexpr Minute NextOf(Minute minute) {
  return Minute(static_cast<uint32_t>(minute) + 1);
}
constexpr Minute FirstMinuteOf(Hour hour) {
  return Minute(static_cast<uint32_t>(hour) * 60);
}
// The first hour that begins at or after `minute`.
constexpr Hour FirstHourFrom(Minute minute) {
  return Hour((static_cast<uint32_t>(minute) + 59) / 60);
}

}  // namespace oneway::ledger
