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

std::vector<PlannedEvent> Plan(const PeerLoadOptions& options, const FlowPlanner& planner, ExpectedCounts& expected) {
  std::vector<PlannedEvent> events;
  const Duration interval = std::chrono::seconds(1) / static_cast<int64_t>(options.flows_per_second);
  const Time begin = std::chrono::system_clock::now();
  Timeline timeline(planner, begin);
  for (uint64_t flow = 0; flow < options.flows; ++flow) {
    const Time now = begin + interval * static_cast<int64_t>(flow);
    timeline.TakeDue(now, events);
    timeline.Begin(flow, now, events);
  }
  while (timeline.TakeDue(timeline.next_due() + std::chrono::milliseconds(1), events)) {
  }
  expected = timeline.expected();
  return events;
}

}  // namespace

Findings RunPeerLoad(const PeerLoadOptions& options,
                     const std::function<uint64_t(const std::vector<PeerEvent>& batch)>& send) {
  const FlowPlanner planner(options.workload);
  ExpectedCounts expected;
  const std::vector<PlannedEvent> events = Plan(options, planner, expected);
  std::vector<PeerEvent> batch(options.batch_events);
  uint64_t matched = 0;
  Stopwatch stopwatch;
  Tell("measuring");
  stopwatch.Begin();
  for (size_t first = 0; first < events.size(); first += options.batch_events) {
    batch.resize(std::min<size_t>(options.batch_events, events.size() - first));
    for (size_t i = 0; i < batch.size(); ++i) {
      const PlannedEvent& event = events[first + i];
      batch[i].kind = event.kind;
      batch[i].time = event.time;
      batch[i].key.resize(planner.key_bytes());
      planner.KeyOf(event.flow, batch[i].key.data());
    }
    matched += send(batch);
  }
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
