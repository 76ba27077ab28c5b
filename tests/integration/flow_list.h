// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "client/client.h"
#include "oneway/v1/query.pb.h"

namespace oneway::test {

// A flow that a test sends, with what has to become of it.
struct PlannedFlow {
  std::string key;
  client::Time started_at;  // sent only when has_start
  client::Time ended_at;    // sent only when has_end
  bool has_start = true;
  bool has_end = true;
  oneway::v1::KeyState expected_state = oneway::v1::MATCHED;
  int64_t expected_latency_nanos = 0;  // MATCHED and LATE
};

// One sending of a start or an end.
struct PlannedEvent {
  uint32_t flow = 0;  // index
  bool is_end = false;
  client::Time time;
};

struct FlowPlan {
  std::vector<PlannedFlow> flows;
  std::vector<PlannedEvent> events;  // in the order of sending
};

// `count` flows that began within the minute before `now`: most match after an exponential delay of mean 2 s; some stay
// open, end after their deadline of `ttl`, end before they start, wait for a start, or come in the wrong order.
// Keys begin with `prefix`. The same seed makes the same plan.
FlowPlan MakeFlowPlan(uint64_t seed, const std::string& prefix, uint32_t count, client::Time now,
                      std::chrono::nanoseconds ttl);

}  // namespace oneway::test
