// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/walk_pace.h"

#include <algorithm>
#include <chrono>

namespace oneway::shard {

void WalkPace::Note(uint64_t events, Time clock) {
  // Longer than a tick only at the beginning and after a jump.
  const Duration passed = std::clamp(clock - noted_at_, Duration::zero(), Duration(std::chrono::seconds(1)));
  noted_at_ = clock;
  const auto micros = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
  owed_ += std::max(events * kKeysAnEvent, micros * kKeysASecond / 1'000'000);
}

size_t WalkPace::TakeSlots(uint64_t keys) {
  const uint64_t keys_a_slot = keys / slots_ + 1;
  const size_t slots = std::min<uint64_t>(owed_ / keys_a_slot, slots_);
  // All of them: there is nothing left to owe.
  owed_ = slots == slots_ ? 0 : owed_ - slots * keys_a_slot;
  return slots;
}

}  // namespace oneway::shard
