// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/histogram/histogram.h"

namespace oneway::shard {

// How commits went since the start of the process.
struct CommitFigures {
  uint64_t commits = 0;           // written ones
  histogram::Histogram duration;  // from the order to seal to the published view
};

}  // namespace oneway::shard
