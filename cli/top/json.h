// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/top/snapshot.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// A snapshot for programs: one line of JSON without a line feed, with the flows that `view` shows, in its order.
// Threading: pure.
std::string JsonOf(const Snapshot& snapshot, const View& view);

}  // namespace oneway::cli::top
