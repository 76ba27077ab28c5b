// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/ids.h"
#include "common/flow/registry.h"
#include "common/flow/rules.h"
#include "joiner/journal/journal_store.h"

namespace oneway::ledger {

using Labels = std::vector<std::pair<std::string, std::string>>;  // name, value; sorted by name

struct SeriesRef {
  flow::FlowId flow{};
  flow::SeriesId series{};
};

struct SeriesName {
  flow::FlowId flow{};
  Labels labels;
};

// Gives flows and series the numbers that rows carry, and publishes each flow's rules in the registry.
//
// Flow: a stream interns each entry of its dictionary once; the committer writes what is pending with the next commit,
// which is the first that can hold a row using it.
// Threading: thread-safe.
class Dictionary {
 public:
  // `configured`: the flows of the configuration. A flow not among them takes `defaults`; beyond `unconfigured_max` of
  // these, `__other__`. `registry` outlives the dictionary.
  struct Options {
    std::vector<flow::Rules> configured;
    flow::Rules defaults;
    uint32_t unconfigured_max = 100;
  };
  Dictionary(Options options, flow::Registry& registry);
  ~Dictionary();

  // Before Open. Rows in any order.
  absl::Status Restore(std::string_view key, std::string_view value);
  // After the last Restore: publishes the rules of all flows, configured ones first seen now included; a flow whose
  // retry_window differs from the one stored keeps the horizon it had reached at `joiner_clock`.
  void Open(Time joiner_clock);

  // The numbers of (flow, labels): labels that the flow does not allow are dropped, series beyond its max_series are the
  // flow's `__overflow__`. The name and labels were checked before.
  SeriesRef Intern(std::string_view flow, const Labels& labels);

  // Moves the rows of entries that are not durable yet to `rows`; they have to be part of the next commit.
  void TakePending(std::vector<journal::LedgerRow>& rows);
  bool has_pending() const;

  std::string FlowName(flow::FlowId flow) const;
  std::vector<std::pair<flow::FlowId, std::string>> Flows() const;
  SeriesName NameOf(flow::SeriesId series) const;
};

}  // namespace oneway::ledger
