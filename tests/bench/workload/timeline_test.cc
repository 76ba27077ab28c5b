// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/workload/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace oneway::bench {
namespace {

using namespace std::chrono_literals;

constexpr Time kBegin{std::chrono::hours(500'000)};
constexpr uint64_t kFlows = 20'000;

// How many flows end before they start, in the order in which events come out.
uint64_t EndsBeforeStarts(const std::vector<PlannedEvent>& events) {
  std::set<uint64_t> started;
  std::set<uint64_t> early;
  for (const PlannedEvent& event : events) {
    if (event.kind == event::Kind::kStart) {
      started.insert(event.flow);
    } else if (!started.contains(event.flow)) {
      early.insert(event.flow);
    }
  }
  return early.size();
}

// The events of flows that start all at once, taken out every `step`.
std::vector<PlannedEvent> EventsOf(Timeline& timeline, Duration step) {
  std::vector<PlannedEvent> events;
  for (uint64_t flow = 0; flow < kFlows; ++flow) timeline.Begin(flow, kBegin, events);
  for (Time now = kBegin; timeline.waiting() > 0; now += step) timeline.TakeDue(now, events);
  return events;
}

TEST(TimelineTest, AsManyEventsComeOutAsAreExpected) {
  const FlowPlanner planner{WorkloadOptions{}};
  Timeline timeline(planner, kBegin);
  const std::vector<PlannedEvent> events = EventsOf(timeline, 1ms);
  EXPECT_EQ(events.size(), timeline.expected().events);
  EXPECT_EQ(EndsBeforeStarts(events), timeline.expected().early);
  EXPECT_GT(timeline.expected().early, 0u);
}

TEST(TimelineTest, AnEndThatComesFirstDoesSoThoughTheSenderLags) {
  const FlowPlanner planner{WorkloadOptions{}};
  Timeline timeline(planner, kBegin);
  std::vector<PlannedEvent> none;
  timeline.TakeDue(kBegin + 20s, none);
  EXPECT_EQ(EndsBeforeStarts(EventsOf(timeline, 1s)), timeline.expected().early);
}

TEST(TimelineTest, APlannedLoadHasThatRateByItsOwnTimesAndEndsBeforeNow) {
  const FlowPlanner planner{WorkloadOptions{}};
  const Time now = std::chrono::system_clock::now();
  const PlannedLoad load = PlanLoad(planner, kFlows, 10'000);
  EXPECT_EQ(load.expected.started, kFlows);
  EXPECT_EQ(load.events.size(), load.expected.events);
  EXPECT_EQ(EndsBeforeStarts(load.events), load.expected.early);
  EXPECT_TRUE(std::ranges::all_of(load.events, [&](const PlannedEvent& event) { return event.due < now; }));
  Time first = now;
  Time last{};
  for (const PlannedEvent& event : load.events) {
    if (event.kind != event::Kind::kStart) continue;
    first = std::min(first, event.time);
    last = std::max(last, event.time);
  }
  EXPECT_EQ(last - first, (kFlows - 1) * 100us);
}

}  // namespace
}  // namespace oneway::bench
