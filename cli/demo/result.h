// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/demo/durations.h"
#include "cli/demo/line.h"
#include "cli/demo/snapshot.h"

namespace oneway::cli::demo {

// What the demo ends with. Threading: pure functions.

// One JSON object: flows by name, balance, restarts.
std::string JsonOf(const Snapshot& last);

// The same for people: the tasks beside what their application measured itself, the equation, and how often joiners
// were started again.
std::vector<Line> SummaryOf(const Snapshot& last, const Durations& own);

}  // namespace oneway::cli::demo
