// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/slowest_keys.h"

#include <algorithm>
#include <utility>

namespace oneway::shard {
namespace {

bool IsSlower(const join::DecidedKey& a, const join::DecidedKey& b) {
  return a.latency > b.latency;
}

}  // namespace

void SlowestKeys::Add(std::vector<join::DecidedKey> picked) {
  for (join::DecidedKey& key : picked) Add(std::move(key));
  while (bytes_ > bytes_max_ && !minutes_.empty()) LetGoOfOldest();
}

void SlowestKeys::Add(join::DecidedKey key) {
  const auto [place, is_new] = minutes_[ledger::MinuteOf(key.end)].try_emplace(key.series);
  if (is_new) bytes_ += kCellBytes;
  Slowest& slowest = place->second;
  bytes_ += key.memory_bytes();
  slowest.push_back(std::move(key));
  std::push_heap(slowest.begin(), slowest.end(), IsSlower);
  if (slowest.size() <= join::SlowKeys::kSlowest) return;
  std::pop_heap(slowest.begin(), slowest.end(), IsSlower);
  bytes_ -= slowest.back().memory_bytes();
  slowest.pop_back();
}

void SlowestKeys::LetGoOfOldest() {
  for (const auto& [series, slowest] : minutes_.begin()->second) {
    bytes_ -= kCellBytes;
    for (const join::DecidedKey& key : slowest) bytes_ -= key.memory_bytes();
  }
  minutes_.erase(minutes_.begin());
}

}  // namespace oneway::shard
