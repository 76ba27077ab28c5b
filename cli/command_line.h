// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"

namespace oneway::cli {

// Runs the verb that the command line names. Returns the process's exit code: an Exit. --server, or else the variable
// ONEWAY_SERVER, names the partitioner.
int RunCommandLine(int argc, const char* const* argv, Console& console);

}  // namespace oneway::cli
