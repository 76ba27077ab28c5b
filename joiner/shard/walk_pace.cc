// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/walk_pace.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>

namespace oneway::shard {

WalkPace::WalkPace(size_t slots) : slots_(slots) {
  CHECK_GT(slots, 0u);
}

size_t WalkPace::TakeSlots(uint64_t events, MonotonicTime now, uint64_t keys) {
  // Longer than a tick only at the beginning and after a stall.
  const double passed = std::clamp(std::chrono::duration<double>(now - taken_at_).count(), 0.0, 1.0);
  taken_at_ = now;
  const double idle = passed * std::max(kKeysASecond, static_cast<double>(keys) / kRoundSeconds);
  owed_ += std::max(static_cast<double>(events) * kKeysAnEvent, idle);

  const double keys_a_slot = static_cast<double>(keys / slots_ + 1);
  const double slots = owed_ / keys_a_slot;
  if (slots >= static_cast<double>(slots_)) {
    owed_ = 0;  // all of them: there is nothing left to owe
    return slots_;
  }
  const auto whole = static_cast<size_t>(slots);
  owed_ -= static_cast<double>(whole) * keys_a_slot;
  return whole;
}

}  // namespace oneway::shard
