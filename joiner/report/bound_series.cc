// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/bound_series.h"

#include <algorithm>

#include "common/query/add_counters.h"
#include "common/query/histogram_proto.h"

namespace oneway::report {
namespace {

v1::LocalSeriesStats SumFrom(int first, const v1::LocalFlowStats& stats) {
  v1::LocalSeriesStats rest;
  histogram::Histogram latency;
  rest.add_labels()->set_name(kRestLabel);
  for (int i = first; i < stats.series_size(); ++i) {
    const v1::LocalSeriesStats& series = stats.series(i);
    query::AddCounters(series.counters(), *rest.mutable_counters());
    latency.Merge(*query::FromProto(series.latency()));
    rest.set_cohort_open(rest.cohort_open() + series.cohort_open());
  }
  *rest.mutable_latency() = query::ToProto(latency);
  return rest;
}

}  // namespace

void BoundSeries(size_t bytes_max, v1::LocalFlowStats& stats) {
  size_t bytes = 0;
  for (const v1::LocalSeriesStats& series : stats.series()) bytes += series.ByteSizeLong();
  if (bytes <= bytes_max) return;
  std::sort(stats.mutable_series()->begin(), stats.mutable_series()->end(),
            [](const v1::LocalSeriesStats& a, const v1::LocalSeriesStats& b) {
              return a.counters().started() > b.counters().started();
            });
  int kept = 0;
  bytes = 0;
  while (kept < stats.series_size()) {
    bytes += stats.series(kept).ByteSizeLong();
    if (bytes > bytes_max) break;
    ++kept;
  }
  v1::LocalSeriesStats rest = SumFrom(kept, stats);
  stats.mutable_series()->DeleteSubrange(kept, stats.series_size() - kept);
  *stats.add_series() = std::move(rest);
}

}  // namespace oneway::report
