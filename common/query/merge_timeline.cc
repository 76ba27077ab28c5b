// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_timeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/query/add_counters.h"
#include "common/query/cohort.h"
#include "common/query/histogram_proto.h"

namespace oneway::query {

TimelineMerger::TimelineMerger(const v1::TimelineRequest& resolved)
    : timeline_(TimelineOf(resolved)), of_cohort_(resolved.by() == v1::BY_START), points_(timeline_.points) {}

absl::Status TimelineMerger::Add(const v1::LocalTimelineReply& timeline) {
  if (static_cast<size_t>(timeline.points_size()) != points_.size()) {
    return absl::InvalidArgumentError(absl::StrCat(timeline.points_size(), " points instead of ", points_.size()));
  }
  std::vector<histogram::Histogram> latencies;
  for (size_t i = 0; i < points_.size(); ++i) {
    const v1::TimelinePoint& point = timeline.points(static_cast<int>(i));
    if (point.from_unix_nanos() != ToUnixNanos(timeline_.WindowOf(i).from)) {
      return absl::InvalidArgumentError(absl::StrCat("point ", i, " begins elsewhere than asked"));
    }
    absl::StatusOr<histogram::Histogram> latency = FromProto(point.latency());
    if (!latency.ok()) return latency.status();
    latencies.push_back(*std::move(latency));
  }
  for (size_t i = 0; i < points_.size(); ++i) {
    const v1::TimelinePoint& point = timeline.points(static_cast<int>(i));
    AddCounters(point.counters(), points_[i].counters);
    points_[i].latency.Merge(latencies[i]);
    points_[i].cohort_open += point.cohort_open();
  }
  return absl::OkStatus();
}

v1::TimelineReply TimelineMerger::Merged() const {
  v1::TimelineReply reply;
  reply.set_step_seconds(static_cast<uint32_t>(timeline_.step / std::chrono::seconds(1)));
  for (size_t i = 0; i < points_.size(); ++i) {
    const Point& point = points_[i];
    const uint64_t unended = of_cohort_ ? point.counters.expired() + point.cohort_open : 0;
    v1::TimelinePoint& told = *reply.add_points();
    told.set_from_unix_nanos(ToUnixNanos(timeline_.WindowOf(i).from));
    *told.mutable_counters() = point.counters;
    *told.mutable_latency() = ToProto(point.latency);
    told.set_p50_seconds(PercentileSeconds(point.latency, unended, 0.5));
    told.set_p90_seconds(PercentileSeconds(point.latency, unended, 0.9));
    told.set_p99_seconds(PercentileSeconds(point.latency, unended, 0.99));
    told.set_cohort_open(point.cohort_open);
  }
  return reply;
}

}  // namespace oneway::query
