// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace oneway::report {

// The disk of a joiner's data folder, as of the last look.
struct DiskFigures {
  uint64_t free_bytes = 0;
  uint64_t reserve_bytes = 0;
  bool low = false;  // new keys are put off
};

}  // namespace oneway::report
