// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/top/window.h"
#include "common/time/time.h"

namespace oneway::cli::top {

// What a cluster told at one moment. Values; no gRPC.

// A flow. Counts and latencies are those within the window.
struct Flow {
  std::string name;
  std::optional<double> started_per_second;  // since the look before; of the first look, over the window
  std::optional<double> matched_per_second;  // none where either of the two looks lacks a part
  uint64_t open = 0;                         // now
  double oldest_seconds = 0;                 // age of the oldest open key; without any it means nothing
  uint64_t overdue = 0;                      // now: open for longer than the flow's objective, or half its ttl
  uint64_t samples = 0;                      // latencies; without any, those below mean nothing
  double p50_seconds = 0;
  double p99_seconds = 0;
  double max_seconds = 0;
  uint64_t expired = 0;

  friend bool operator==(const Flow&, const Flow&) = default;
};

// A joiner whose part is missing, and why.
struct Missing {
  std::string joiner;
  std::string reason;

  friend bool operator==(const Missing&, const Missing&) = default;
};

struct Snapshot {
  Time at;  // when the answers were here, by this machine's clock
  Window window = Window::kMinute;
  std::vector<Flow> flows;  // by name
  std::vector<Missing> missing;
  uint64_t joiners = 0;      // all of them, also those that are missing
  uint64_t unexplained = 0;  // starts; of those joiners that answered
};

}  // namespace oneway::cli::top
