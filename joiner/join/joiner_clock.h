// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "common/time/time.h"

namespace oneway::join {

// The clock by which a joiner judges: behind the wall clock by as much as events may still be on their way.
//
//   clock = max(clock, wall - expiry_hold_max, min(wall, every low mark heard in the last 30 s))
//
// It never goes back. It stands still for 30 s after the start, after a gap of more than 5 s between two ticks, and
// after the wall clock jumped by more than 5 s against monotonic time. With no partitioner heard, only the second term
// moves it, and that term applies only once the joiner has served for expiry_hold_max since its start or last stall.
//
// Flow: streams report low marks; the committer ticks it when it opens a commit.
// Threading: external. Pure: every `now` is handed in.
class JoinerClock {
 public:
  struct Options {
    Duration expiry_hold_max = std::chrono::minutes(10);
    Duration mark_lifetime = std::chrono::seconds(30);
    Duration stall_hold = std::chrono::seconds(30);
    Duration gap_max = std::chrono::seconds(5);
  };
  struct Now {
    Time wall;
    MonotonicTime monotonic;
  };

  // `restored` is the clock of the last durable commit; the start counts as a stall.
  JoinerClock(Options options, Time restored, Now now);

  // Stream `stream` said that it will bring no event older than `low_mark`. The mark replaces the stream's last one and
  // counts for mark_lifetime, also when the stream is gone.
  void Hear(uint64_t stream, Time low_mark, MonotonicTime heard_at);

  // The clock now. Call at least once a second.
  Time Tick(Now now);

  Time value() const { return clock_; }
  // True while it stands still because the wall clock jumped.
  bool alarmed() const { return alarmed_; }

 private:
  struct Mark {
    Time low_mark;
    MonotonicTime heard_at;
  };

  void NoticeStall(const Now& now);
  void ForgetOldMarks(MonotonicTime now);
  // The smallest of wall clock and marks; none while no partitioner is heard.
  std::optional<Time> LowestMark(Time wall) const;

  const Options options_;
  Time clock_;
  Now last_tick_;
  MonotonicTime stalled_at_;  // the start, or the last stall
  bool alarmed_ = false;
  std::map<uint64_t, Mark> marks_;  // by stream; the last one of each
};

}  // namespace oneway::join
