// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "joiner/join/routed_event.h"
#include "joiner/ledger/count.h"

namespace oneway::join {

// A count without a latency, for the series of `key` (an OpenKey or ClosedKey): that of its start.
template <typename Key>
ledger::Count CountOf(ledger::Counter counter, const Key& key, Time at) {
  return {.counter = counter, .series = key.series, .flow = key.flow(), .at = at};
}

// The same for an event that has no start to take a series from.
inline ledger::Count CountOf(ledger::Counter counter, const RoutedEvent& event) {
  return {.counter = counter, .series = event.series, .flow = event.flow, .at = event.time};
}

// A count that places its key among those that started when it did.
template <typename Key>
ledger::Count CohortCountOf(ledger::Counter counter, const Key& key, Time at, Duration latency = {}) {
  ledger::Count count = CountOf(counter, key, at);
  count.latency = latency;
  count.started_at = key.start;
  return count;
}

// A match; where the end is before the start also what that is counted as.
template <typename Key>
void CountMatch(const Key& key, Duration latency, Time end, bool empty, std::vector<ledger::Count>& counts) {
  ledger::Count match = CohortCountOf(ledger::Counter::kMatched, key, end, latency);
  match.empty = empty;
  counts.push_back(match);
  if (latency < Duration::zero()) counts.push_back(CohortCountOf(ledger::Counter::kNegative, key, end, -latency));
}

}  // namespace oneway::join
