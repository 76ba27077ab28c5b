// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/demo/process_plan.h"

namespace oneway::cli::demo {

// What to try while the demo runs, as lines for a shell: one's own message among them, and what becomes of its push.
// `tool`: how to call `oneway` there. Threading: pure.
std::vector<std::string> CommandsToTry(const std::string& tool, const ProcessPlan& plan);

// `path` as a shell in the current folder would take it: relative when it is below it.
std::string AsTyped(const std::string& path);

}  // namespace oneway::cli::demo
