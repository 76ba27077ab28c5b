// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway stats` was asked to do.
struct StatsOptions {
  std::string server;
  std::string flow;             // empty = all
  uint32_t window_seconds = 0;  // 0 = since ever
  bool json = false;
};

// Tells counts and latencies of flows. kPartial when a joiner did not answer.
Exit Stats(const StatsOptions& options, Console& console);

}  // namespace oneway::cli
