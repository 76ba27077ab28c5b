// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "cli/console.h"

namespace oneway::cli {

inline constexpr std::chrono::seconds kDemoLeast{10};

// What `oneway demo` was asked to do.
struct DemoOptions {
  std::chrono::seconds run{60};  // at least kDemoLeast
  bool json = false;             // the result as JSON, the progress to standard error
  bool keep = false;             // leaves the folder with data and logs behind
};

// Runs a whole cluster and two applications on this machine, breaks some of it on the way, and shows what Oneway has to
// say. kFinding when a start is unexplained; kPartial when something could not be started or ended by itself.
// Call it on the main thread: the processes end with the thread that starts them.
Exit Demo(const DemoOptions& options, Console& console);

}  // namespace oneway::cli
