// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/time/time.h"

namespace oneway::query {

// A tail is told in ticks.
inline constexpr Duration kTailTick = std::chrono::milliseconds(250);
// And says something this often, also when there is nothing to tell.
inline constexpr Duration kTailReplyMax = std::chrono::seconds(1);

// How much a tail may show, so that no second shows more than `per_second`: all that there is, at once, as long as it
// is less; after a second in which something was passed over, a share in each tick.
// Threading: external. Pure: the time is handed in.
class TailPace {
 public:
  explicit TailPace(uint32_t per_second) : per_second_(per_second) {}

  // So many were shown at `now`, and so many passed over; how many the tick that begins now may gather.
  size_t Next(MonotonicTime now, size_t shown, uint64_t passed_over) {
    const int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (second != second_) {
      overflowed_ = overflows_;
      overflows_ = false;
      shown_ = 0;
      second_ = second;
    }
    shown_ += shown;
    overflows_ |= passed_over > 0;
    const uint64_t allowed = overflowed_ ? (per_second_ * (TickOf(now) + 1) + kTicks - 1) / kTicks : per_second_;
    return allowed - std::min<uint64_t>(allowed, shown_);
  }

 private:
  static constexpr uint64_t kTicks = std::chrono::seconds(1) / kTailTick;

  static uint64_t TickOf(MonotonicTime now) {
    return static_cast<uint64_t>((now.time_since_epoch() % std::chrono::seconds(1)) / kTailTick);
  }

  const uint64_t per_second_;
  int64_t second_ = 0;
  uint64_t shown_ = 0;      // in this second
  bool overflows_ = false;  // something was passed over in this second
  bool overflowed_ = false;
};

}  // namespace oneway::query
