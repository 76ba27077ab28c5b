// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/histogram/histogram.h"
#include "common/query/window.h"
#include "common/time/time.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Puts the joiners' own statistics together to those of the cluster. Nothing is averaged: counters are summed, and
// mean, extremes and percentiles come from the merged histogram of each flow and series. Of a cohort (BY_START) those
// that expired or are open count as longer than all that matched.
//
// Flow: ClusterQuery adds what each joiner answered and sends the result to the one who asked.
// Threading: external. Pure.
class StatsMerger {
 public:
  // The most series of a flow that are told, those that started most.
  static constexpr size_t kSeriesMax = 1000;

  // How old things are counts until `now`, as rates do that are over `window`.
  StatsMerger(const Window& window, Time now) : window_(window), now_(now) {}

  // Adds all of `stats`, or nothing and INVALID_ARGUMENT when it holds a histogram that cannot be.
  absl::Status Add(const v1::LocalStatsReply& stats);

  // The flows by name. `missing` is left to the caller.
  v1::StatsReply Merged() const;

 private:
  struct Stage {
    uint64_t count = 0;
    histogram::Histogram latency;
  };
  struct Series {
    v1::FlowCounters counters;
    histogram::Histogram latency;
    uint64_t cohort_open = 0;
  };
  using Labels = std::vector<std::pair<std::string, std::string>>;  // by name
  struct Flow {
    v1::FlowCounters counters;
    histogram::Histogram latency;
    histogram::Histogram completion;
    histogram::Histogram open_ages;
    histogram::Histogram cohort_open;
    std::map<std::string, Stage> stages;  // by name
    std::map<Labels, Series> series;
    uint64_t open = 0;
    uint64_t oldest_open_unix_nanos = 0;  // 0 = none
    uint64_t early_waiting = 0;
    bool has_open_ages = false;
    bool of_cohort = false;
  };

  // The histograms of a flow, checked.
  struct Samples {
    histogram::Histogram latency;
    histogram::Histogram completion;
    histogram::Histogram open_ages;
    histogram::Histogram cohort_open;
    std::vector<histogram::Histogram> stages;  // in the order in which they came
    std::vector<histogram::Histogram> series;  // the same
  };

  static absl::StatusOr<Samples> SamplesOf(const v1::LocalFlowStats& stats);
  static void Add(const v1::LocalFlowStats& stats, const Samples& samples, Flow& flow);
  void Tell(const Flow& flow, v1::FlowStats& stats) const;
  static void TellSeries(const Flow& flow, v1::FlowStats& stats);

  const Window window_;
  const Time now_;
  std::map<std::string, Flow> flows_;
};

}  // namespace oneway::query
