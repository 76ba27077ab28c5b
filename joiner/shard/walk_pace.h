// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/time/time.h"

namespace oneway::shard {

// How much of its tables a shard walks from commit to commit. The price follows what there is to do, not how many
// commits there are.
//
// Threading: owned by the shard's thread. Pure.
class WalkPace {
 public:
  // Under load eight keys an event. A flow is two events, so at a steady rate the walk comes round in a sixteenth of
  // the time that keys are remembered, and that is how much longer than needed they take memory.
  static constexpr uint64_t kKeysAnEvent = 8;
  // Some even when nothing comes, while the joiner clock moves.
  static constexpr uint64_t kKeysASecond = 16'384;

  // `slots`: how many there are; not 0.
  explicit WalkPace(size_t slots) : slots_(slots) {}

  // So many events were applied since the last call, and the joiner clock is at `clock` now.
  void Note(uint64_t events, Time clock);
  // Slots to walk now, of a shard that holds so many keys; at most all. What does not make up a slot is kept for later.
  size_t TakeSlots(uint64_t keys);

 private:
  const size_t slots_;
  Time noted_at_{};
  uint64_t owed_ = 0;  // keys
};

}  // namespace oneway::shard
