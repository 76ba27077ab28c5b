// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "common/time/time.h"
#include "joiner/join/engine.h"
#include "joiner/journal/journal_store.h"

namespace oneway::shard {

// What is true of a joiner as of its last durable commit, all shards at one commit number.
// Threading: immutable once published.
struct DurableView {
  journal::Mark mark;
  journal::JournalState state;
  std::vector<join::FlowFigures> flows;  // by FlowId, summed over shards
  uint64_t open_keys = 0;
  uint64_t closed_keys = 0;
  uint64_t memory_bytes = 0;
  uint64_t live_rows = 0;
};

}  // namespace oneway::shard
