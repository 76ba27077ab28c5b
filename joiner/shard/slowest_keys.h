// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/time/time.h"
#include "joiner/join/decided_key.h"
#include "joiner/join/slow_keys.h"
#include "joiner/ledger/minute.h"

namespace oneway::shard {

// The slowest kSlowest keys of each series and minute of their end, of those that are durable. In memory only: after a
// restart it begins anew.
//
// Flow: shards pick (join::SlowKeys), the committer adds once the commit is durable, an inspection reads.
// Bounds: about bytes_max; beyond, the oldest minute goes first.
// Threading: owned by the committer's thread.
class SlowestKeys {
 public:
  static constexpr uint64_t kBytesMax = uint64_t{32} << 20;

  explicit SlowestKeys(uint64_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  void Add(std::vector<join::DecidedKey> picked);

  // Calls visit(key) for each key of the minutes that begin at or after `from`.
  template <typename Visit>
  void ForEachFrom(Time from, Visit visit) const {
    for (auto minute = minutes_.lower_bound(ledger::FirstMinuteFrom(from)); minute != minutes_.end(); ++minute) {
      for (const auto& [series, slowest] : minute->second) {
        for (const join::DecidedKey& key : slowest) visit(key);
      }
    }
  }
  uint64_t memory_bytes() const { return bytes_; }

 private:
  using Slowest = std::vector<join::DecidedKey>;  // a heap: the fastest first
  using OfMinute = absl::flat_hash_map<flow::SeriesId, Slowest>;

  // What a series takes in a minute besides its keys; estimated.
  static constexpr uint64_t kCellBytes = 96;

  void Add(join::DecidedKey key);
  void LetGoOfOldest();

  const uint64_t bytes_max_;
  std::map<ledger::Minute, OfMinute> minutes_;
  uint64_t bytes_ = 0;
};

}  // namespace oneway::shard
