// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway tail` was asked to do.
struct TailOptions {
  std::string server;
  std::string flow;                         // empty = all
  std::vector<std::string> decisions;       // names in lower case; empty = all
  std::string key_prefix;                   // empty = all keys
  std::chrono::nanoseconds slower_than{0};  // 0 = whatever it took
  uint32_t per_second = 100;
  std::chrono::nanoseconds duration{0};  // 0 = until it is interrupted
  bool json = false;
};

// The decisions that --only takes: matched, expired, ...
std::vector<std::string> DecisionNames();

// Tells what is decided while it happens, a line each, for as long as it was asked to. kPartial when nobody answers, or
// the partitioner goes away.
Exit Tail(const TailOptions& options, Console& console);

}  // namespace oneway::cli
