// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/demo/snapshot.h"
#include "cli/terminal/line.h"

namespace oneway::cli::demo {

// The table of the demo: a header, a line for each flow, and one for each joiner whose part is missing.
// `rates`: those of `now`'s flows, or none when they are not known. Where `width` characters are too few, p95 is left
// out, then mean, and so on; flow, expired and balance never are. Threading: pure.
std::vector<terminal::Line> TableOf(const Snapshot& now, const std::vector<Rates>& rates, size_t width);

}  // namespace oneway::cli::demo
