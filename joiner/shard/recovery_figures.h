// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/time/time.h"

namespace oneway::shard {

// How reading the journal back at the start goes, or went.
struct RecoveryFigures {
  uint64_t rows = 0;
  Duration duration{};  // once done
  bool done = false;
};

}  // namespace oneway::shard
