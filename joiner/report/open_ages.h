// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "common/histogram/histogram.h"
#include "common/query/window.h"
#include "joiner/join/open_key_view.h"

namespace oneway::report {

// How old open keys are, as a walk over them finds it: by flow all of them, and those that started within a window,
// these also by series.
//
// Bounds: a histogram or a number for each flow and series that has open keys; the dictionary bounds these.
// Threading: external. A value.
class OpenAges {
 public:
  struct Options {
    std::optional<flow::FlowId> flow;  // only of this one; none: of all
    Time now;                          // ages count until here
    bool of_all = false;               // also of keys that did not start within the cohort's window
    std::optional<query::Window> cohort;
  };
  struct OfFlow {
    histogram::Histogram all;
    histogram::Histogram cohort;
  };

  explicit OpenAges(const Options& options) : options_(options) {}

  void See(const join::OpenKeyView& key);
  void Merge(const OpenAges& other);

  // Empty for one without open keys.
  OfFlow Of(flow::FlowId flow) const;
  uint64_t CohortOf(flow::SeriesId series) const;

 private:
  Options options_;
  absl::flat_hash_map<flow::FlowId, OfFlow> flows_;
  absl::flat_hash_map<flow::SeriesId, uint64_t> series_;
};

}  // namespace oneway::report
