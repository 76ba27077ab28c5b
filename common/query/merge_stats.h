// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/histogram/histogram.h"
#include "common/time/time.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Puts the joiners' own statistics together to those of the cluster. Nothing is averaged: counters are summed, and
// mean, extremes and percentiles come from the merged histogram of each flow.
//
// Flow: ClusterQuery adds what each joiner answered and sends the result to the one who asked.
// Threading: external. Pure.
class StatsMerger {
 public:
  // Adds all of `stats`, or nothing and INVALID_ARGUMENT when it holds a histogram that cannot be.
  absl::Status Add(const v1::LocalStatsReply& stats);

  // The flows by name; `now` gives the age of the oldest open key. `missing` is left to the caller.
  v1::StatsReply Merged(Time now) const;

 private:
  struct Stage {
    uint64_t count = 0;
    histogram::Histogram latency;
  };
  struct Flow {
    v1::FlowCounters counters;
    histogram::Histogram latency;
    histogram::Histogram completion;
    std::map<std::string, Stage> stages;  // by name
    uint64_t open = 0;
    uint64_t oldest_open_unix_nanos = 0;  // 0 = none
    uint64_t early_waiting = 0;
  };

  // The histograms of a flow, checked.
  struct Samples {
    histogram::Histogram latency;
    histogram::Histogram completion;
    std::vector<histogram::Histogram> stages;  // in the order in which they came
  };

  static absl::StatusOr<Samples> SamplesOf(const v1::LocalFlowStats& stats);
  static void Add(const v1::LocalFlowStats& stats, const Samples& samples, Flow& flow);

  std::map<std::string, Flow> flows_;
};

}  // namespace oneway::query
