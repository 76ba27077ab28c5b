// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway overdue` was asked to do.
struct OverdueOptions {
  std::string server;
  std::string flow;                        // empty = all
  std::chrono::nanoseconds older_than{0};  // 0 = than the flow's objective, or than half its ttl
  uint32_t limit = 20;
  bool json = false;
};

// Tells which keys wait for their end for too long, oldest first. kPartial when a joiner did not answer.
Exit Overdue(const OverdueOptions& options, Console& console);

}  // namespace oneway::cli
