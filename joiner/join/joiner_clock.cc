// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/joiner_clock.h"

#include <algorithm>

namespace oneway::join {

JoinerClock::JoinerClock(Options options, Time restored, Now now)
    : options_(options), clock_(restored), last_tick_(now), stalled_at_(now.monotonic) {}

void JoinerClock::Hear(uint64_t stream, Time low_mark, MonotonicTime heard_at) {
  marks_[stream] = {low_mark, heard_at};
}

Time JoinerClock::Tick(Now now) {
  NoticeStall(now);
  ForgetOldMarks(now.monotonic);
  const Duration served = now.monotonic - stalled_at_;
  if (served < options_.stall_hold) return clock_;
  alarmed_ = false;

  if (const std::optional<Time> lowest = LowestMark(now.wall)) clock_ = std::max(clock_, *lowest);
  // After an outage of ours it takes a while until everything that waited for us has arrived.
  if (served >= options_.expiry_hold_max) clock_ = std::max(clock_, now.wall - options_.expiry_hold_max);
  return clock_;
}

void JoinerClock::NoticeStall(const Now& now) {
  const Duration gap = now.monotonic - last_tick_.monotonic;
  const Duration jump = (now.wall - last_tick_.wall) - gap;
  last_tick_ = now;
  const bool jumped = std::chrono::abs(jump) > options_.gap_max;
  if (gap <= options_.gap_max && !jumped) return;
  stalled_at_ = now.monotonic;
  alarmed_ = alarmed_ || jumped;
}

void JoinerClock::ForgetOldMarks(MonotonicTime now) {
  std::erase_if(marks_, [&](const auto& entry) { return now - entry.second.heard_at > options_.mark_lifetime; });
}

std::optional<Time> JoinerClock::LowestMark(Time wall) const {
  if (marks_.empty()) return std::nullopt;
  Time lowest = wall;
  for (const auto& [stream, mark] : marks_) lowest = std::min(lowest, mark.low_mark);
  return lowest;
}

}  // namespace oneway::join
