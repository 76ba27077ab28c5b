// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/workload/timeline.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::bench {
namespace {

constexpr Duration kAgainAfter = std::chrono::milliseconds(10);
constexpr Duration kStartLateBy = std::chrono::milliseconds(20);

}  // namespace

Timeline::Timeline(const FlowPlanner& planner, Time begin) : planner_(planner), begin_(begin), buckets_(kBuckets) {}

void Timeline::Begin(uint64_t flow, Time at, std::vector<PlannedEvent>& out) {
  const FlowPlan plan = planner_.Of(flow);
  PlannedEvent start{.flow = flow, .time = at, .due = at, .kind = event::Kind::kStart};
  const Time ends_at = at + plan.delay;
  PlannedEvent end{.flow = flow, .time = ends_at, .due = ends_at, .kind = event::Kind::kEnd};
  if (!plan.end_first) out.push_back(start);
  if (plan.ends) File(end);
  if (plan.end_first) {
    start.due = ends_at + kStartLateBy;
    File(start);  // behind its end, also where both are overdue because the sender lags
  }
  start.due = at + kAgainAfter;
  end.due = ends_at + kAgainAfter;
  if (plan.start_twice) File(start);
  if (plan.end_twice) File(end);

  ++expected_.started;
  expected_.events += 1u + plan.ends + plan.start_twice + plan.end_twice;
  expected_.matched += plan.ends;
  expected_.early += plan.end_first;
  expected_.duplicate += uint64_t{plan.start_twice} + plan.end_twice;
}

bool Timeline::TakeDue(Time now, std::vector<PlannedEvent>& out) {
  const int64_t until = std::chrono::floor<std::chrono::milliseconds>(now - begin_).count();
  for (; waiting_ > 0 && next_bucket_ < until; ++next_bucket_) {
    std::vector<PlannedEvent>& bucket = buckets_[static_cast<size_t>(next_bucket_) % kBuckets];
    out.insert(out.end(), bucket.begin(), bucket.end());
    waiting_ -= bucket.size();
    bucket.clear();
  }
  if (waiting_ == 0) next_bucket_ = std::max(next_bucket_, until);
  return waiting_ > 0;
}

void Timeline::File(const PlannedEvent& event) {
  const int64_t bucket = std::chrono::floor<std::chrono::milliseconds>(event.due - begin_).count();
  CHECK(bucket - next_bucket_ < static_cast<int64_t>(kBuckets)) << "an event is due too far ahead";
  buckets_[static_cast<size_t>(std::max(bucket, next_bucket_)) % kBuckets].push_back(event);
  ++waiting_;
}

PlannedLoad PlanLoad(const FlowPlanner& planner, uint64_t flows, uint64_t flows_per_second) {
  const Duration interval = Duration(std::chrono::seconds(1)) / static_cast<int64_t>(flows_per_second);
  const Duration span = interval * static_cast<int64_t>(flows) + planner.delay_max();
  const Time begin = std::chrono::system_clock::now() - span - std::chrono::seconds(1);
  Timeline timeline(planner, begin);
  PlannedLoad load;
  load.events.reserve(flows * 2 + flows / 16);
  for (uint64_t flow = 0; flow < flows; ++flow) {
    const Time now = begin + interval * static_cast<int64_t>(flow);
    timeline.TakeDue(now, load.events);
    timeline.Begin(flow, now, load.events);
  }
  while (timeline.TakeDue(timeline.next_due() + std::chrono::milliseconds(1), load.events)) {
  }
  load.expected = timeline.expected();
  return load;
}

}  // namespace oneway::bench
