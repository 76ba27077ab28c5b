// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "common/process/config.h"
#include "common/process/reload.h"

namespace oneway::process {

// Serves until it is told to end, and returns the exit code. `reread` reads the configuration again as it was read
// first.
using Serve = std::function<int(const Config& config, const ConfigReader& reread)>;

// What a server's main does: logging, configuration, and then `serve`; or the text that was asked for, or what is wrong
// with the configuration. Returns the exit code.
// Threading: the main thread, once.
int RunProgram(Role role, int argc, char** argv, const Serve& serve);

}  // namespace oneway::process
