// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/event/event.h"
#include "common/time/time.h"
#include "tests/bench/workload/flow_plan.h"

namespace oneway::bench {

// An event of the load. `flow` gives key and series.
struct PlannedEvent {
  uint64_t flow = 0;
  Time time;  // what it says of itself
  Time due;   // when it is to be sent
  event::Kind kind{};
};

// What a joiner must have counted once all events are in.
struct ExpectedCounts {
  uint64_t events = 0;
  uint64_t started = 0;
  uint64_t matched = 0;
  uint64_t early = 0;
  uint64_t duplicate = 0;

  friend bool operator==(const ExpectedCounts&, const ExpectedCounts&) = default;
};

// The events of many flows in the order in which they are sent: a start at once, the others when their time has come.
// Threading: external.
class Timeline {
 public:
  // `planner` outlives the timeline. Nothing begins before `begin`.
  Timeline(const FlowPlanner& planner, Time begin);

  // Flow `flow` starts at `at`, which never goes back. Appends what is to be sent at once.
  void Begin(uint64_t flow, Time at, std::vector<PlannedEvent>& out);
  // Appends what is due before `now`, to a millisecond. Returns whether anything waits.
  bool TakeDue(Time now, std::vector<PlannedEvent>& out);
  // The millisecond in which the next event is due, or later; for those who wait.
  Time next_due() const { return begin_ + std::chrono::milliseconds(next_bucket_); }
  size_t waiting() const { return waiting_; }

  // Of all events that were given out.
  const ExpectedCounts& expected() const { return expected_; }

 private:
  static constexpr size_t kBuckets = 1 << 15;  // a millisecond each

  void File(const PlannedEvent& event);

  const FlowPlanner& planner_;
  const Time begin_;
  std::vector<std::vector<PlannedEvent>> buckets_;
  int64_t next_bucket_ = 0;
  size_t waiting_ = 0;
  ExpectedCounts expected_;
};

// All events of a load in the order in which they are sent, and what must come of them.
struct PlannedLoad {
  std::vector<PlannedEvent> events;
  ExpectedCounts expected;
};

// `flows` flows, of which `flows_per_second` begin by the events' own times: that decides how many are open at once,
// however fast they are sent. Times end a second ago, so that nothing is ahead of the clock.
PlannedLoad PlanLoad(const FlowPlanner& planner, uint64_t flows, uint64_t flows_per_second);

}  // namespace oneway::bench
