// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "common/time/time.h"

namespace oneway::partitioner::forward {

// How many events a shard settles in a second while there is always one that waits: the best of the last such seconds,
// because a hiccup of a disk is no reason to take less; an old best loses a tenth with each of them. It is what the
// shard can do only while more waits than is settled at once.
// Threading: external. Pure: the time is handed in.
class SettleRate {
 public:
  // The first event waits after none did.
  void Begin(MonotonicTime now) {
    began_at_ = now;
    settled_ = 0;
  }
  void Settled(uint64_t events, MonotonicTime now) {
    settled_ += events;
    const std::chrono::duration<double> elapsed = now - began_at_;
    if (elapsed < kWindow) return;
    const double latest = static_cast<double>(settled_) / elapsed.count();
    events_per_second_ = std::max(latest, kKeptEachWindow * events_per_second_);
    Begin(now);
  }
  // How long so many events will take; zero when the rate is not known.
  Duration TimeFor(uint64_t events) const {
    if (events_per_second_ == 0) return Duration::zero();
    const std::chrono::duration<double> time(static_cast<double>(events) / events_per_second_);
    return time < kLong ? std::chrono::duration_cast<Duration>(time) : kLong;
  }

 private:
  static constexpr std::chrono::duration<double> kWindow = std::chrono::seconds(1);  // a few commits of a slow disk
  static constexpr Duration kLong = std::chrono::hours(1);
  static constexpr double kKeptEachWindow = 0.9;
  MonotonicTime began_at_{};
  uint64_t settled_ = 0;
  double events_per_second_ = 0;  // 0: not known
};

}  // namespace oneway::partitioner::forward
