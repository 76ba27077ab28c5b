// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/bench/workload/timeline.h"

namespace oneway::bench {

// Asks the cluster at `target` for its counts of the load's flow, and ends the process where they are not `expected` or
// the balance does not hold. Everything must have been answered before.
void CheckCounts(const std::string& target, const ExpectedCounts& expected);

}  // namespace oneway::bench
