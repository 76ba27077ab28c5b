// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/flow/ids.h"
#include "joiner/ledger/count.h"
#include "joiner/ledger/minute.h"
#include "joiner/ledger/tally.h"

namespace oneway::ledger {

// What one shard counted in one commit, by series and minute.
//
// Flow: the shard adds the counts of its decisions; the committer stages and applies it; then the shard clears it.
// Threading: owned by the shard's thread, then handed to the committer; Clear() keeps its memory.
// Cost: tens of nanoseconds a count and no allocation once its memory has grown to a usual commit's size.
class Delta {
 public:
  struct Cell {
    flow::FlowId flow{};
    flow::SeriesId series{};
    Minute minute{};
    Tally tally;
  };

  Delta();

  // A latency below zero, or a match whose end is before its start, adds to the counters but gives no sample.
  void Add(const Count& count);
  bool empty() const { return cells_used_ == 0; }
  void Clear();

  // Each (series, minute) once, in the order in which they were first counted.
  std::span<const Cell> cells() const { return {cells_.data(), cells_used_}; }
  // The tally of (series, minute), empty if there was none. Valid until the next call.
  Tally& At(flow::FlowId flow, flow::SeriesId series, Minute minute);

 private:
  void AddMatch(const Count& count);
  static void AddFirstAndLast(const Count& match, Tally& tally);
  Cell& Append(size_t slot, flow::FlowId flow, flow::SeriesId series, Minute minute);
  void Index(size_t slots);
  size_t SlotOf(flow::SeriesId series, Minute minute) const;

  std::vector<Cell> cells_;  // the first cells_used_ are in use, the others wait with their memory
  size_t cells_used_ = 0;
  std::vector<uint32_t> slots_;  // open addressing: place in cells_ + 1; 0 = free; a power of two, at most half full
  size_t last_ = 0;              // the cell hit last: neighbours in a batch are often alike
};

}  // namespace oneway::ledger
