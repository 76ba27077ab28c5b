// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cli/terminal/line.h"
#include "cli/top/column.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// The flows in aligned columns: a header that marks the one they are sorted by, `v` for the largest first, and a line
// for each flow. Where `width` characters are too few, max is left out, then p50, and so on; flow, overdue, expired and
// the column that is sorted by never are. Threading: pure.
std::vector<terminal::Line> TableOf(const std::vector<Flow>& flows, const View& view, size_t width);

}  // namespace oneway::cli::top
