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
  // Under load four keys an event. A flow is two events, so at a steady rate the walk comes round in an eighth of
  // the time that keys are remembered, and that is how much longer than needed they take memory.
  static constexpr double kKeysAnEvent = 4;
  // Whatever comes, a round takes a minute at most, and so many keys are walked in a second.
  static constexpr double kRoundSeconds = 60;
  static constexpr double kKeysASecond = 16'384;

  // `slots`: how many there are; 0 is a bug and stops the process.
  explicit WalkPace(size_t slots);

  // Slots to walk `now`, after so many events, of a shard that holds so many keys; at most all. What does not make up a
  // slot is kept for later.
  size_t TakeSlots(uint64_t events, MonotonicTime now, uint64_t keys);

 private:
  const size_t slots_;
  MonotonicTime taken_at_{};
  double owed_ = 0;  // keys
};

}  // namespace oneway::shard
