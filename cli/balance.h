// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway balance` was asked to do.
struct BalanceOptions {
  std::string server;
  bool json = false;
};

// Tells whether every start is accounted for, by flow and in total, and how often each joiner was started. kFinding
// when one is not; else kPartial when a joiner did not answer.
Exit Balance(const BalanceOptions& options, Console& console);

}  // namespace oneway::cli
