// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "common/histogram/histogram.h"
#include "common/query/window.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Puts the joiners' timelines together, point by point, as StatsMerger does with flows.
// Threading: external. Pure.
class TimelineMerger {
 public:
  // `resolved`: what the joiners were asked.
  explicit TimelineMerger(const v1::TimelineRequest& resolved);

  // Adds all of `timeline`, or nothing and INVALID_ARGUMENT when it has other points than were asked for, or a
  // histogram that cannot be.
  absl::Status Add(const v1::LocalTimelineReply& timeline);
  // `missing` is left to the caller.
  v1::TimelineReply Merged() const;

 private:
  struct Point {
    v1::FlowCounters counters;
    histogram::Histogram latency;
    uint64_t cohort_open = 0;
  };

  const Timeline timeline_;
  const bool of_cohort_;
  std::vector<Point> points_;
};

}  // namespace oneway::query
