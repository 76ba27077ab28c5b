// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/flow/ids.h"
#include "common/time/time.h"
#include "joiner/join/decided_key.h"
#include "joiner/ledger/minute.h"

namespace oneway::join {

// Picks out of all keys that matched those which may be among the slowest of their series and of the minute of their
// end. What it picks is a superset: every key that was among the slowest kSlowest of a cell when it matched.
//
// Flow: the engine asks about every match; the shard hands what was picked to the committer with its part.
// Cost: a search by hash a match, none where neighbours are of one cell; a copy of the key only if it is picked.
// Bounds: kCellsMax cells; beyond they are all forgotten, so that more is picked than need be. kPickedMax keys of one
// part; beyond none is.
// Threading: owned by the shard's thread.
class SlowKeys {
 public:
  static constexpr size_t kSlowest = 8;
  static constexpr size_t kCellsMax = size_t{1} << 14;
  static constexpr size_t kPickedMax = size_t{1} << 15;

  // Whether a key that matched now is to be picked; then Pick has to follow.
  bool Picks(flow::SeriesId series, Time end, Duration latency) {
    const uint64_t cell = uint64_t{static_cast<uint32_t>(series)} << 32 | static_cast<uint32_t>(ledger::MinuteOf(end));
    if (cell != last_ || slowest_ == nullptr) Enter(cell);
    return slowest_->Takes(latency) && picked_.size() < kPickedMax;
  }
  void Pick(DecidedKey key) { picked_.push_back(std::move(key)); }

  // Moves what was picked to `picked`.
  void MoveTo(std::vector<DecidedKey>& picked) {
    for (DecidedKey& key : picked_) picked.push_back(std::move(key));
    picked_.clear();
  }

 private:
  // The largest latencies of a cell so far.
  class Slowest {
   public:
    // Whether `latency` is one of them, and now counted.
    bool Takes(Duration latency);

   private:
    std::array<Duration, kSlowest> latencies_{};  // a heap: the smallest first
    size_t size_ = 0;
  };

  void Enter(uint64_t cell);

  absl::flat_hash_map<uint64_t, Slowest> cells_;  // by series and minute
  uint64_t last_ = 0;                             // the cell asked for last: neighbours are often alike
  Slowest* slowest_ = nullptr;                    // its own; null: none
  std::vector<DecidedKey> picked_;
};

}  // namespace oneway::join
