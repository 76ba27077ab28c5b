// SPDX-License-Identifier: Apache-2.0
#include "common/hash/slot_map.h"

#include <glog/logging.h>

namespace oneway::hash {

SlotMap SlotMap::EqualRanges(uint32_t joiners, uint64_t epoch) {
  CHECK_GE(joiners, 1u);
  CHECK_LE(joiners, kSlotCount);

  SlotMap map;
  map.joiners_ = joiners;
  map.epoch_ = epoch;
  map.owners_.reserve(kSlotCount);
  for (uint32_t joiner = 0; joiner < joiners; ++joiner) {
    const uint32_t past_last = (joiner + 1) * kSlotCount / joiners;
    map.owners_.resize(past_last, JoinerIndex(joiner));
  }
  return map;
}

std::vector<SlotId> SlotMap::SlotsOf(JoinerIndex joiner) const {
  std::vector<SlotId> slots;
  for (uint32_t slot = 0; slot < kSlotCount; ++slot) {
    if (owners_[slot] == joiner) slots.push_back(SlotId(slot));
  }
  return slots;
}

}  // namespace oneway::hash
