// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace oneway::ingest {

// What came in from partitioners since the start of the process.
struct IngestFigures {
  uint64_t frames = 0;
  uint64_t events = 0;
  uint64_t refused = 0;  // INVALID or RETRY_AFTER before the shard saw them
  uint64_t streams = 0;  // connected now
};

}  // namespace oneway::ingest
