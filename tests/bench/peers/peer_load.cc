// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peers/peer_load.h"

#include <glog/logging.h>

#include <cstdio>

namespace oneway::bench {
namespace {

void Tell(const char* word) {
  std::puts(word);
  std::fflush(stdout);
}

}  // namespace

Findings RunPeerLoad(const PeerLoadOptions& options, const Peer& peer) {
  const FlowPlanner planner(options.workload);
  const auto [events, expected] = PlanLoad(planner, options.flows, options.flows_per_second);
  std::vector<PeerEvent> batch(options.batch_events);
  uint64_t matched = 0;
  Stopwatch stopwatch;
  Tell("measuring");
  stopwatch.Begin();
  for (size_t first = 0; first < events.size(); first += options.batch_events) {
    batch.resize(std::min<size_t>(options.batch_events, events.size() - first));
    for (size_t i = 0; i < batch.size(); ++i) {
      const PlannedEvent& event = events[first + i];
      batch[i].flow = event.flow;
      batch[i].kind = event.kind;
      batch[i].time = event.time;
      batch[i].key.resize(planner.key_bytes());
      planner.KeyOf(event.flow, batch[i].key.data());
    }
    matched += peer.send(batch);
  }
  peer.settle();
  stopwatch.End();
  Tell("measured");
  CHECK_GE(matched, expected.matched - expected.early);
  CHECK_LE(matched, expected.matched);
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("flows", static_cast<double>(expected.started));
  findings.Add("events", static_cast<double>(events.size()));
  return findings;
}

}  // namespace oneway::bench
