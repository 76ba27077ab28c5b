// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway top` was asked to do.
struct TopOptions {
  std::string server;
  std::string sort = "overdue";  // one of top::ColumnNames()
  bool reverse = false;
  std::string filter;         // only flows whose names contain it; empty = all
  std::string window = "1m";  // one of top::WindowNames()
  std::chrono::nanoseconds every{std::chrono::seconds(1)};
  std::chrono::nanoseconds duration{0};  // 0 = until it is quit
  bool once = false;
  bool json = false;
};

// Shows all flows of the cluster, live. Where standard output is no terminal, it tells them again and again. kPartial
// when nobody answers in the end; and, of a single look, when a joiner did not. Call it before the process has other
// threads.
Exit Top(const TopOptions& options, Console& console);

}  // namespace oneway::cli
