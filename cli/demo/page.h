// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "cli/demo/snapshot.h"
#include "cli/terminal/line.h"

namespace oneway::cli::demo {

// All that the demo shows at one moment. A value.
struct Page {
  std::chrono::seconds run{};
  Snapshot now;
  std::vector<Rates> rates;            // see RatesBetween
  std::vector<std::string> incidents;  // what happened so far, one sentence each
  std::string browser_url;             // where the same is to be seen in a browser
  std::vector<std::string> commands;   // to try in another terminal
};

// The whole page: title, table, incidents, commands; its sentences broken to `width`. Where `lines_max` lines are too
// few for all, the earlier incidents are left out. Threading: pure.
std::vector<terminal::Line> LinesOf(const Page& page, size_t width, size_t lines_max);

// Its last part: where to look, and the commands.
std::vector<terminal::Line> CommandLinesOf(const Page& page, size_t width);

// Its first part, for output that is read later: title and table, at their full width.
std::vector<terminal::Line> BlockOf(const Page& page);

}  // namespace oneway::cli::demo
