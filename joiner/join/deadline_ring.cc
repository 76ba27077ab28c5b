// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/deadline_ring.h"

#include <algorithm>

namespace oneway::join {
namespace {

// Assigning {} would empty it, and keep its memory.
void GiveBack(std::vector<hash::Fingerprint>& bucket) {
  std::vector<hash::Fingerprint>().swap(bucket);
}

}  // namespace

void DeadlineRing::File(size_t slot, Time due_at, const hash::Fingerprint& fingerprint) {
  if (!valid_ || due_at >= FiledUntil(slot)) return;
  // What is overdue goes into the newest second that has passed, to be found without waiting for another.
  const int64_t second = std::max(SecondOf(due_at), now_ - 1);
  first_ = std::min(first_, second);
  BucketOf(second).push_back(fingerprint);
}

std::optional<hash::Fingerprint> DeadlineRing::TakePassed() {
  for (; first_ < now_; ++first_) {
    std::vector<hash::Fingerprint>& bucket = BucketOf(first_);
    if (bucket.empty()) {
      GiveBack(bucket);
      continue;
    }
    const hash::Fingerprint taken = bucket.back();
    bucket.pop_back();
    return taken;
  }
  return std::nullopt;
}

size_t DeadlineRing::PassTarget(Time clock) const {
  const Duration passed = clock - pass_began_;
  if (passed >= kAhead) return slots_;
  return static_cast<size_t>(static_cast<__int128>(slots_) * passed.count() / kAhead.count());
}

// Also when the clock jumped: filing everything once is cheaper than pass after pass, and keeps the buckets apart.
bool DeadlineRing::MustStartAnew(Time clock) const {
  return !valid_ || clock >= pass_began_ + 2 * kAhead ||
         SecondOf(clock) - first_ > std::chrono::duration_cast<std::chrono::seconds>(kAhead).count();
}

void DeadlineRing::Clear() {
  for (std::vector<hash::Fingerprint>& bucket : buckets_) GiveBack(bucket);
  valid_ = true;
  first_ = now_;
  pass_position_ = 0;
}

}  // namespace oneway::join
