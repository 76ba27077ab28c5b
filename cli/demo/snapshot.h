// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace oneway::cli::demo {

// What the demo knows of Oneway at one moment. Values; no process and no gRPC.

// A flow. Latencies are of those that matched since the demo began.
struct Flow {
  std::string name;
  uint64_t started = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t extra = 0;
  uint64_t open = 0;
  uint64_t samples = 0;       // latencies; without any, those below mean nothing
  double oldest_seconds = 0;  // age of the oldest open key; without any it means nothing
  double mean_seconds = 0;
  double p50_seconds = 0;
  double p95_seconds = 0;
  double p99_seconds = 0;
  uint64_t unexplained = 0;

  friend bool operator==(const Flow&, const Flow&) = default;
};

// started = matched + expired + superseded + open + unexplained, over all flows.
struct Balance {
  uint64_t started = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t superseded = 0;
  uint64_t open = 0;
  uint64_t unexplained = 0;

  friend bool operator==(const Balance&, const Balance&) = default;
};

struct Snapshot {
  std::chrono::milliseconds at{};    // since the demo began
  std::vector<std::string> missing;  // "joiner-1 cannot be reached": whose part is missing, and why
  std::vector<Flow> flows;           // by name
  Balance balance;
  uint64_t restarts = 0;  // of joiners, by what their folders say

  bool complete() const { return missing.empty(); }
  // Whether the flows add up to the balance. They are answers to two questions, and counts go on in between.
  bool Agrees() const;
};

// Events a second of one flow between two snapshots.
struct Rates {
  double started = 0;
  double matched = 0;

  friend bool operator==(const Rates&, const Rates&) = default;
};

// The rates of each flow of `now`, in its order; none where a joiner's part is missing in either of the two, or no time
// has passed: counts would seem to jump. A flow that `before` does not have began at 0.
// Threading: pure.
std::vector<Rates> RatesBetween(const Snapshot& before, const Snapshot& now);

}  // namespace oneway::cli::demo
