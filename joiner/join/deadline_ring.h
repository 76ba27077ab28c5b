// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/hash/fingerprint.h"
#include "common/time/time.h"

namespace oneway::join {

// Says which keys may have come due, in buckets of a second each.
//
// Only keys that come due within the next one to two minutes are filed, so that flows which end as they should cost
// nothing here: a pass over all slots files those of the next minute, some slots at a time, as the clock moves. Entries
// are fingerprints and are only looked at when their bucket comes up: the caller drops those that are gone and files
// those again that are due later. Every key is filed at or before its due time: so the ring lags by less than a second
// behind the clock handed to Advance, and never takes a key too early.
//
// Threading: owned by the shard's thread. Pure: the clock is handed in.
class DeadlineRing {
 public:
  static constexpr Duration kAhead = std::chrono::seconds(64);

  explicit DeadlineRing(size_t slots) : slots_(slots) {}

  // `fingerprint` of the slot with index `slot` comes due once the clock has passed `due_at`. To be called whenever a
  // key is new or its due time moved ahead; may be called again for the same key. Does nothing for a key that the pass
  // will find in time.
  void File(size_t slot, Time due_at, const hash::Fingerprint& fingerprint);

  // Due times moved without File: the next Advance files all keys anew.
  void Invalidate() { valid_ = false; }

  // Moves on to `clock`, and the pass along with it: calls file_slot(slot, from) for slots whose keys due at or after
  // `from` have to be filed now. After a jump of the clock that is all of them.
  template <typename FileSlot>
  void Advance(Time clock, FileSlot file_slot);

  // Removes and returns an entry whose second has passed, older seconds first; none when there is none.
  std::optional<hash::Fingerprint> TakePassed();

 private:
  static constexpr size_t kBuckets = 256;
  static_assert(std::chrono::seconds(kBuckets) >= 4 * kAhead, "two minutes ahead, one of lag, and some room");

  static int64_t SecondOf(Time time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  }
  std::vector<hash::Fingerprint>& BucketOf(int64_t second) {
    return buckets_[static_cast<uint64_t>(second) % kBuckets];
  }
  Time FiledUntil(size_t slot) const { return pass_began_ + (slot < pass_position_ ? 2 * kAhead : kAhead); }
  // How far the pass must have come at `clock`.
  size_t PassTarget(Time clock) const;
  bool MustStartAnew(Time clock) const;
  void Clear();

  const size_t slots_;
  std::array<std::vector<hash::Fingerprint>, kBuckets> buckets_;  // by second
  bool valid_ = false;
  int64_t now_ = 0;    // second of the clock of the last Advance
  int64_t first_ = 0;  // no entry is filed under an earlier second

  // The pass: slots before the position are filed up to two kAhead after its begin, the others up to one.
  Time pass_began_{};
  size_t pass_position_ = 0;
};

template <typename FileSlot>
void DeadlineRing::Advance(Time clock, FileSlot file_slot) {
  const bool anew = MustStartAnew(clock);
  now_ = SecondOf(clock);
  if (anew) {
    Clear();
    pass_began_ = clock;
    for (size_t slot = 0; slot < slots_; ++slot) file_slot(slot, Time::min());
    return;
  }
  while (true) {
    const Time from = pass_began_ + kAhead;
    while (pass_position_ < PassTarget(clock)) {
      const size_t slot = pass_position_++;
      file_slot(slot, from);
    }
    if (clock < from) return;
    pass_began_ = from;
    pass_position_ = 0;
  }
}

}  // namespace oneway::join
