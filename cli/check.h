// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway check` was asked to do.
struct CheckOptions {
  std::string server;
  std::string flow;
  std::chrono::nanoseconds window{std::chrono::minutes(5)};
  // At most so long; 0 = not asked.
  std::chrono::nanoseconds p50{0};
  std::chrono::nanoseconds p90{0};
  std::chrono::nanoseconds p95{0};
  std::chrono::nanoseconds p99{0};
  std::optional<double> max_expired;  // share of the flows that closed
  uint64_t min_flows = 1;             // judged by a check; with fewer it says nothing
  bool json = false;
};

// Reads `0.1%` or `0.001`. None: it is neither, or not within 0 and 1.
std::optional<double> ParseShare(const std::string& text);

// Judges a flow for a gate. A quantile holds when no more than the rest of the flows took longer, where a flow that is
// open for longer than the bound, and one that expired, count as having taken longer: so a flow that is stuck is seen
// though nothing of it ends. One that is open for less is not judged. kOk: all that was asked holds; kFinding:
// something does not; kPartial: it cannot be said, since a joiner did not answer or there were too few flows.
Exit Check(const CheckOptions& options, Console& console);

}  // namespace oneway::cli
