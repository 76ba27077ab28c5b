// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/demo/durations.h"
#include "cli/demo/snapshot.h"
#include "cli/terminal/line.h"

namespace oneway::cli::demo {

// What the demo ends with. Threading: pure functions.

// One JSON object: flows by name, balance, restarts.
std::string JsonOf(const Snapshot& last);

// The same for people: the tasks, if there were any, beside what their application measured itself, and a warning when
// the two differ in number; the equation; how often joiners were started again.
std::vector<terminal::Line> SummaryOf(const Snapshot& last, const Durations& own);

}  // namespace oneway::cli::demo
