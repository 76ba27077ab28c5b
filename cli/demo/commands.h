// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/demo/cast.h"

namespace oneway::cli::demo {

// What to try while the demo runs, as lines for a shell. `tool`: how to call `oneway` there. `task`: the id of a task
// that is done; empty: there is none yet. Threading: pure.
std::vector<std::string> CommandsToTry(const std::string& tool, const Cast& cast, const std::string& task);

// `path` as a shell in the current folder would take it: relative when it is below it.
std::string AsTyped(const std::string& path);

// The id in the last whole line of a file of `ID NANOSECONDS` lines; empty when there is none.
std::string LastTask(const std::string& durations_path);

}  // namespace oneway::cli::demo
