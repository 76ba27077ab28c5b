// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/flow/rules.h"
#include "joiner/join/routed_event.h"
#include "joiner/ledger/count.h"

namespace oneway::join {

// A count without a latency, for the series of `key`, which has its start: that of the start, of a key that ended also
// completed by the end.
template <typename Key>
ledger::Count CountOf(ledger::Counter counter, const Key& key, Time at) {
  return {.counter = counter, .series = key.series, .flow = key.flow(), .at = at};
}
inline ledger::Count CountOf(ledger::Counter counter, flow::SeriesId series, flow::FlowId flow, Time at) {
  return {.counter = counter, .series = series, .flow = flow, .at = at};
}
// Of a stage, whose series is its own.
inline ledger::Count CountOf(ledger::Counter counter, const RoutedEvent& stage) {
  return CountOf(counter, stage.series, stage.flow, stage.time);
}

// A count that places its key among those that started when it did.
template <typename Key>
ledger::Count CohortCountOf(ledger::Counter counter, const Key& key, Time at, Duration latency = {}) {
  ledger::Count count = CountOf(counter, key, at);
  count.latency = latency;
  count.started_at = key.start;
  return count;
}

// How a key that closes with this latency stands to the objective of `rules`.
inline ledger::Attainment AttainmentOf(const flow::Rules& rules, Duration latency) {
  if (!rules.objective.has_value() || latency < Duration::zero()) return ledger::Attainment::kNotJudged;
  return latency <= rules.objective->under ? ledger::Attainment::kMet : ledger::Attainment::kMissed;
}

// An expiry, which misses any objective.
template <typename Key>
ledger::Count ExpiryOf(const Key& key, Time deadline, const flow::Rules& rules) {
  ledger::Count expiry = CohortCountOf(ledger::Counter::kExpired, key, deadline);
  if (rules.objective.has_value()) expiry.attainment = ledger::Attainment::kMissed;
  return expiry;
}

// What of a match is counted, besides its key.
struct Matching {
  Duration latency{};
  Time end;
  bool empty = false;
};

// A match; where the end is before the start also what that is counted as. A fan-out without a part has no end, so it
// is not negative either, and then gives no sample.
template <typename Key>
void CountMatch(const Key& key, const Matching& matching, const flow::Rules& rules,
                std::vector<ledger::Count>& counts) {
  ledger::Count match = CohortCountOf(ledger::Counter::kMatched, key, matching.end, matching.latency);
  match.empty = matching.empty;
  if (!matching.empty) match.attainment = AttainmentOf(rules, matching.latency);
  counts.push_back(match);
  if (matching.latency < Duration::zero() && !matching.empty)
    counts.push_back(CohortCountOf(ledger::Counter::kNegative, key, matching.end, -matching.latency));
}

}  // namespace oneway::join
