// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/snapshot.h"

#include <algorithm>

namespace oneway::cli::demo {
namespace {

// Counts never go back, but a snapshot's two questions are answered by commits of their own.
double PerSecond(uint64_t before, uint64_t now, double seconds) {
  return now > before ? static_cast<double>(now - before) / seconds : 0;
}

}  // namespace

bool Snapshot::Agrees() const {
  Flow sum;
  for (const Flow& flow : flows) {
    sum.started += flow.started;
    sum.matched += flow.matched;
    sum.expired += flow.expired;
    sum.open += flow.open;
  }
  return sum.started == balance.started && sum.matched == balance.matched && sum.expired == balance.expired &&
         sum.open == balance.open;
}

std::vector<Rates> RatesBetween(const Snapshot& before, const Snapshot& now) {
  const double seconds = std::chrono::duration<double>(now.at - before.at).count();
  if (!before.complete() || !now.complete() || seconds <= 0) return {};
  std::vector<Rates> rates;
  for (const Flow& flow : now.flows) {
    const auto same = std::find_if(before.flows.begin(), before.flows.end(),
                                   [&](const Flow& earlier) { return earlier.name == flow.name; });
    const Flow earlier = same == before.flows.end() ? Flow() : *same;
    rates.push_back({.started = PerSecond(earlier.started, flow.started, seconds),
                     .matched = PerSecond(earlier.matched, flow.matched, seconds)});
  }
  return rates;
}

}  // namespace oneway::cli::demo
