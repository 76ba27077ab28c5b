// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/open_walks.h"

#include <algorithm>

namespace oneway::shard {

void OpenWalks::Add(OpenWalk walk, const join::JoinEngine& engine) {
  if (riders_.size() == kWalksMax) return;
  riders_.push_back({.walk = std::move(walk), .slots_left = engine.slot_count()});
}

size_t OpenWalks::SlotsOf(const join::JoinEngine& engine) {
  const uint64_t keys_a_slot = engine.open_keys() / engine.slot_count() + 1;
  return std::max<size_t>(1, kKeysAStep / keys_a_slot);
}

void OpenWalks::VisitNext(const join::JoinEngine& engine) {
  engine.VisitOpen(position_, [this](const join::OpenKeyView& key) {
    for (const Rider& rider : riders_) rider.walk.visit(key);
  });
  position_ = (position_ + 1) % engine.slot_count();
}

}  // namespace oneway::shard
