// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/labelled_counts.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace oneway::join {
namespace {

using ledger::Counter;

// The other ones count arrivals: in whichever series the key had then.
bool HasItsSeries(Counter counter) {
  switch (counter) {
    case Counter::kStarted:
    case Counter::kMatched:
    case Counter::kExpired:
    case Counter::kSuperseded:
    case Counter::kOrphan:
    case Counter::kLate:
    case Counter::kLateArrival:
    case Counter::kNegative:
    case Counter::kEarly:
    case Counter::kEmpty:
    case Counter::kEnd:
    case Counter::kStage:
    case Counter::kGood:
    case Counter::kValid:
      return true;
    default:
      return false;
  }
}

bool IsOverflow(const std::string& labels) {
  return absl::StartsWith(labels, "__overflow__");
}

std::multiset<std::pair<int, int64_t>> WithoutLabels(
    const std::multiset<std::tuple<int, int64_t, std::string>>& samples) {
  std::multiset<std::pair<int, int64_t>> bare;
  for (const auto& [kind, latency, labels] : samples) bare.emplace(kind, latency);
  return bare;
}

}  // namespace

void LabelledCounts::Count(Counter counter, const std::string& labels, uint64_t times) {
  if (times == 0) return;
  counters_[static_cast<size_t>(counter)] += times;
  if (HasItsSeries(counter)) by_labels_[{static_cast<int>(counter), labels}] += times;
}

void LabelledCounts::Judge(const std::optional<flow::Objective>& objective, std::optional<Duration> latency,
                           const std::string& labels) {
  const bool is_negative = latency.has_value() && *latency < Duration::zero();
  if (!objective.has_value() || is_negative) return;
  Count(Counter::kValid, labels);
  if (latency.has_value() && *latency <= objective->under) Count(Counter::kGood, labels);
}

bool LabelledCounts::HasOverflow() const {
  for (const auto& [key, count] : by_labels_) {
    if (IsOverflow(key.second)) return true;
  }
  return false;
}

std::string LabelledCounts::DifferenceFrom(const LabelledCounts& expected) const {
  for (int counter = 0; counter < ledger::kCounters; ++counter) {
    const uint64_t is = Of(Counter(counter));
    const uint64_t should = expected.Of(Counter(counter));
    if (is != should) return absl::StrCat("counter ", counter, " is ", is, ", not ", should);
  }
  return HasOverflow() ? ExcessOver(expected) : SeriesDifferenceFrom(expected);
}

std::string LabelledCounts::SeriesDifferenceFrom(const LabelledCounts& expected) const {
  if (by_labels_ == expected.by_labels_ && samples_ == expected.samples_) return "";
  for (const ByLabels* one : {&by_labels_, &expected.by_labels_}) {
    for (const auto& [key, count] : *one) {
      const auto is = by_labels_.find(key);
      const auto should = expected.by_labels_.find(key);
      if (is != by_labels_.end() && should != expected.by_labels_.end() && is->second == should->second) continue;
      return absl::StrCat("counter ", key.first, " of the series {", key.second, "} is ",
                          is == by_labels_.end() ? 0 : is->second, ", not ",
                          should == expected.by_labels_.end() ? 0 : should->second);
    }
  }
  for (const Samples* one : {&samples_, &expected.samples_}) {
    for (const auto& sample : *one) {
      if (samples_.count(sample) == expected.samples_.count(sample)) continue;
      return absl::StrCat("there are ", samples_.count(sample), " samples of kind ", std::get<0>(sample), " and ",
                          std::get<1>(sample), " ns in {", std::get<2>(sample), "}, not ",
                          expected.samples_.count(sample));
    }
  }
  return "they differ";
}

std::string LabelledCounts::ExcessOver(const LabelledCounts& expected) const {
  for (const auto& [key, count] : by_labels_) {
    if (IsOverflow(key.second)) continue;
    const auto should = expected.by_labels_.find(key);
    if (should != expected.by_labels_.end() && count <= should->second) continue;
    return absl::StrCat("counter ", key.first, " of the series {", key.second, "} is ", count, ", more than ",
                        should == expected.by_labels_.end() ? 0 : should->second);
  }
  return WithoutLabels(samples_) == WithoutLabels(expected.samples_) ? "" : "samples differ";
}

}  // namespace oneway::join
