// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/bench/core/core_load.h"
#include "tests/bench/measure/measured.h"

namespace oneway::bench {

struct CoreRunOptions {
  CoreLoadOptions load;
  std::string folder;  // of the data; must not exist
  bool fsync = true;
  uint32_t shards = 2;
  std::string record_path;  // empty: nothing is recorded
  uint64_t miscount = 0;    // so many more starts are expected than there are: does a wrong count get noticed?
};

// Puts the whole load through engine, journal and ledger, as fast as they take it, and checks every count.
// A mismatch ends the process.
Findings RunCore(const CoreRunOptions& options);

}  // namespace oneway::bench
