// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/flow_list.h"

#include <algorithm>
#include <random>

namespace oneway::test {
namespace {

using std::chrono::nanoseconds;

// What kind of flow it is, by a draw of 0 to 99.
void Decide(int draw, nanoseconds ttl, PlannedFlow& flow) {
  if (draw < 5) {
    flow.has_end = false;
    flow.expected_state = oneway::v1::OPEN;
  } else if (draw < 7) {
    flow.has_start = false;
    flow.expected_state = oneway::v1::EARLY;
  } else if (draw < 9) {  // after the deadline: expired at once, and late
    flow.started_at -= ttl;
    flow.ended_at = flow.started_at + ttl + nanoseconds(1 + draw);
    flow.expected_state = oneway::v1::LATE;
  } else if (draw < 10) {  // negative
    flow.ended_at = flow.started_at - std::chrono::milliseconds(3);
  }
  if (flow.has_start && flow.has_end) flow.expected_latency_nanos = (flow.ended_at - flow.started_at).count();
}

}  // namespace

FlowPlan MakeFlowPlan(uint64_t seed, const std::string& prefix, uint32_t count, client::Time now, nanoseconds ttl) {
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int64_t> start_ago(0, nanoseconds(std::chrono::minutes(1)).count());
  std::exponential_distribution<double> delay_seconds(0.5);
  std::uniform_int_distribution<int> draw(0, 99);
  FlowPlan plan;
  struct Ordered {
    nanoseconds place;
    PlannedEvent event;
  };
  std::vector<Ordered> ordered;
  for (uint32_t i = 0; i < count; ++i) {
    PlannedFlow flow{.key = prefix + std::to_string(i), .started_at = now - nanoseconds(start_ago(random))};
    flow.ended_at = flow.started_at + nanoseconds(static_cast<int64_t>(delay_seconds(random) * 1e9));
    Decide(draw(random), ttl, flow);
    const nanoseconds start_place = flow.started_at.time_since_epoch();
    // Two in a hundred ends are sent before their start, however long the flow took.
    const nanoseconds end_place = draw(random) < 2 ? start_place - nanoseconds(1) : flow.ended_at.time_since_epoch();
    if (flow.has_start) ordered.push_back({start_place, {i, false, flow.started_at}});
    if (flow.has_end) ordered.push_back({end_place, {i, true, flow.ended_at}});
    plan.flows.push_back(std::move(flow));
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Ordered& a, const Ordered& b) { return a.place < b.place; });
  for (const Ordered& one : ordered) plan.events.push_back(one.event);
  return plan;
}

}  // namespace oneway::test
