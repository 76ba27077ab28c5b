// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time/time.h"

namespace oneway::shard {

// What the wall clock says, and whether it can be believed: an alarmed one jumped not long ago.
struct WallReading {
  Time now;
  bool alarmed = false;
};

}  // namespace oneway::shard
