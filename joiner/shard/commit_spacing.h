// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace oneway::shard {

// When the next commit may begin. A commit has a price that does not depend on what is in it: threads that wake each
// other, an fsync, a row of the ledger for each series that it touches. So one that held much is not followed at once;
// one that held little is, since somebody may wait for each answer before sending on.
//
// Threading: owned by the committer's thread. Pure.
// Units: 10 us for each event, and no more than 5 ms: a joiner that gets more than 100,000 events a second comes to 200
// commits a second.
class CommitSpacing {
 public:
  using Clock = std::chrono::steady_clock;

  void Committed(Clock::time_point began_at, uint64_t events) {
    next_at_ = began_at + kLongest * std::min(events, kEventsOfLongest) / kEventsOfLongest;
  }
  // The earliest moment, which may be over.
  Clock::time_point next_at() const { return next_at_; }

 private:
  static constexpr std::chrono::microseconds kLongest{5000};
  static constexpr uint64_t kEventsOfLongest = 500;

  Clock::time_point next_at_{};
};

}  // namespace oneway::shard
