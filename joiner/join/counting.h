// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

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

// A match; where the end is before the start also what that is counted as. A fan-out without a part has no end, so it
// is not negative either, and then gives no sample.
template <typename Key>
void CountMatch(const Key& key, Duration latency, Time end, bool empty, std::vector<ledger::Count>& counts) {
  ledger::Count match = CohortCountOf(ledger::Counter::kMatched, key, end, latency);
  match.empty = empty;
  counts.push_back(match);
  if (latency < Duration::zero() && !empty)
    counts.push_back(CohortCountOf(ledger::Counter::kNegative, key, end, -latency));
}

}  // namespace oneway::join
