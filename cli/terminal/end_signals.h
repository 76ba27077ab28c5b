// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace oneway::cli::terminal {

// The signals that ask a verb to end: SIGINT, SIGTERM, and SIGHUP unless the process was told to ignore it, as by
// nohup. Threading: thread-safe.
std::vector<int> EndSignals();

}  // namespace oneway::cli::terminal
