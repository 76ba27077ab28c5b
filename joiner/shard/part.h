// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/time/time.h"
#include "joiner/join/decided_key.h"
#include "joiner/join/engine.h"
#include "joiner/journal/encoded_changes.h"
#include "joiner/journal/row.h"
#include "joiner/ledger/exemplars.h"
#include "joiner/ledger/ledger.h"
#include "joiner/shard/work.h"

namespace oneway::shard {

// How the next commit begins, the same for every shard.
struct Opening {
  uint64_t ordinal = 0;                // counts the openings of this process
  Time joiner_clock{};                 // by which everything in it is judged
  MonotonicTime at{};                  // when it was decided
  journal::Sequence relocate_below{};  // rows below move to new sequences; 0: none
  bool takes_new_keys = true;          // or events that would create a key are put off
};

// What a shard reports of itself as it seals.
struct ShardFigures {
  std::vector<join::FlowFigures> flows;  // by FlowId
  uint64_t open_keys = 0;
  uint64_t closed_keys = 0;
  uint64_t memory_bytes = 0;
  uint64_t live_rows = 0;
  uint64_t events = 0;              // applied or refused, of this commit
  journal::Sequence floor_bound{};  // no live row of the shard, now or later, lies below
};

// One shard's share of one commit.
// Ownership: made once, then handed to and fro between the shard (fills) and the committer (writes); keeps its buffers.
struct Part {
  journal::EncodedChanges changes;
  ledger::Delta delta;
  ledger::Exemplars exemplars;
  std::vector<Release> releases;
  std::vector<join::DecidedKey> slow;  // keys that may be among the slowest of their minute
  ShardFigures figures;
  std::optional<std::vector<uint64_t>> open_counts;  // by FlowId, walked at the seal; when the committer asked

  bool HasSomethingToWrite() const { return !changes.empty() || !delta.empty(); }
  void Clear() {
    changes.Clear();
    delta.Clear();
    exemplars.Clear();
    releases.clear();
    slow.clear();
    open_counts.reset();
  }
};

}  // namespace oneway::shard
