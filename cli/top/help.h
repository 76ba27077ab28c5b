// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cli/terminal/line.h"

namespace oneway::cli::top {

// What keys do and columns mean, in lines of `width` characters. Threading: pure.
std::vector<terminal::Line> HelpLines(size_t width);

}  // namespace oneway::cli::top
