// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/terminal/screen.h"

namespace oneway::cli::terminal {

// How much fits on the terminal of standard output, now: people resize their windows. 80 x 24 where it does not say.
// Threading: thread-safe.
ScreenSize SizeOfTerminal();

}  // namespace oneway::cli::terminal
