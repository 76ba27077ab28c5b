// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "common/flow/rules.h"
#include "common/time/time.h"
#include "joiner/ledger/count.h"

namespace oneway::join {

// What was counted and measured: in all, and by the labels of the series, for the counters whose series does not depend
// on the order of arrival. Threading: external. A value.
class LabelledCounts {
 public:
  // What is sampled beside the counters' own latencies: of matched keys of which every end counts, to the last end.
  static constexpr int kToLastEnd = 100;

  void Count(ledger::Counter counter, const std::string& labels, uint64_t times = 1);
  void Sample(int kind, Duration latency, const std::string& labels) {
    samples_.emplace(kind, latency.count(), labels);
  }
  void Sample(ledger::Counter kind, Duration latency, const std::string& labels) {
    Sample(static_cast<int>(kind), latency, labels);
  }

  // A key of a flow with this objective, if it has one, closed: with this latency, or it expired.
  void Judge(const std::optional<flow::Objective>& objective, std::optional<Duration> latency,
             const std::string& labels);

  uint64_t Of(ledger::Counter counter) const { return counters_[static_cast<size_t>(counter)]; }

  // What is wrong with these, given those that a model expects; empty: nothing. Where series overflowed, nothing may be
  // in a series that the model has not there, and everything must be somewhere.
  std::string DifferenceFrom(const LabelledCounts& expected) const;

 private:
  using Samples = std::multiset<std::tuple<int, int64_t, std::string>>;  // kind, nanoseconds, labels
  using ByLabels = std::map<std::pair<int, std::string>, uint64_t>;      // counter, labels

  bool HasOverflow() const;
  std::string SeriesDifferenceFrom(const LabelledCounts& expected) const;
  std::string ExcessOver(const LabelledCounts& expected) const;

  std::array<uint64_t, ledger::kCounters> counters_{};
  ByLabels by_labels_;
  Samples samples_;
};

}  // namespace oneway::join
