// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "joiner/ledger/count.h"
#include "joiner/ledger/figures.h"

namespace oneway::ledger {

// What a ledger without a memory bound has to answer, the slow and obvious way: it keeps every count and looks at each.
class ReferenceLedger {
 public:
  void Add(const std::vector<Count>& counts) { counts_.insert(counts_.end(), counts.begin(), counts.end()); }
  void ClockIs(Time clock) { clock_ = clock; }

  Figures TotalOf(flow::FlowId flow) const {
    return Sum([&](const Count& count, Time) { return count.flow == flow; });
  }
  Figures TotalOf(flow::SeriesId series) const {
    return Sum([&](const Count& count, Time) { return count.series == series; });
  }
  Figures WindowOf(flow::FlowId flow, Time from, Time until) const {
    const Time minutes_from = std::chrono::floor<std::chrono::hours>(clock_ - std::chrono::hours(24));
    return Sum(
        [&](const Count& count, Time at) { return count.flow == flow && Begins(at, minutes_from, from, until); });
  }
  Figures WindowOf(flow::SeriesId series, Time from, Time until) const {
    const Time minutes_from = std::chrono::floor<std::chrono::minutes>(clock_ - std::chrono::hours(2));
    return Sum(
        [&](const Count& count, Time at) { return count.series == series && Begins(at, minutes_from, from, until); });
  }

 private:
  // Does the minute of `at` begin in [from, until)? Before `minutes_from`: its hour, if that is not too old.
  bool Begins(Time at, Time minutes_from, Time from, Time until) const {
    const Time minute = std::chrono::floor<std::chrono::minutes>(at);
    if (minute >= minutes_from) return from <= minute && minute < until;
    const Time hour = std::chrono::floor<std::chrono::hours>(at);
    return from <= hour && hour < until &&
           hour >= std::chrono::floor<std::chrono::hours>(clock_ - std::chrono::days(35));
  }

  template <typename Included>
  Figures Sum(Included included) const {
    Figures figures;
    for (const Count& count : counts_) {
      if (included(count, count.at)) {
        ++figures.counters[static_cast<size_t>(count.counter)];
        if (count.attainment != Attainment::kNotJudged) ++figures.counters[static_cast<size_t>(Counter::kValid)];
        if (count.attainment == Attainment::kMet) ++figures.counters[static_cast<size_t>(Counter::kGood)];
        if (count.empty) ++figures.counters[static_cast<size_t>(Counter::kEmpty)];
        if (IsSample(count)) (count.empty ? figures.completion : figures.latency).Record(count.latency);
        if (count.of_ends) RecordFirstAndLast(count, figures);
        if (count.counter == Counter::kLate) figures.late.Record(count.latency);
        if (count.counter == Counter::kNegative) figures.negative.Record(count.latency);
        const bool samples_stage = count.counter == Counter::kStage && count.latency >= Duration::zero();
        if (samples_stage) figures.stage.Record(count.latency);
      }
      if (count.counter == Counter::kExpired && included(count, count.started_at)) {
        ++figures.counters[static_cast<size_t>(Counter::kCohortExpired)];
      }
      if (IsSample(count) && !count.empty && included(count, count.started_at)) figures.cohort.Record(count.latency);
    }
    return figures;
  }

  // A match, or an end of several, that is not negative.
  static bool IsSample(const Count& count) {
    const bool has_latency = count.counter == Counter::kMatched || count.counter == Counter::kEnd;
    return has_latency && !count.of_ends && count.latency >= Duration::zero();
  }

  static void RecordFirstAndLast(const Count& match, Figures& figures) {
    if (match.latency >= Duration::zero()) figures.first_end.Record(match.latency);
    if (match.last_latency >= Duration::zero()) figures.last_end.Record(match.last_latency);
  }

  std::vector<Count> counts_;
  Time clock_{};
};

}  // namespace oneway::ledger
