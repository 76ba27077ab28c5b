// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/histogram/histogram.h"
#include "common/time/time.h"

namespace oneway::shard {

// How often something happens of late: over the last kKept times, so over a fraction of a second where it happens
// often, and over a minute where it happens once a second. Threading: external. A value.
class RecentRate {
 public:
  static constexpr size_t kKept = 64;

  void Note(MonotonicTime now) { times_[count_++ % kKept] = now; }
  // 0 before the second time.
  double PerSecond(MonotonicTime now) const {
    if (count_ < 2) return 0;
    const size_t kept = count_ < kKept ? count_ : kKept;
    const MonotonicTime first = times_[(count_ - kept) % kKept];
    if (now <= first) return 0;
    return static_cast<double>(kept - 1) / std::chrono::duration<double>(now - first).count();
  }

 private:
  std::array<MonotonicTime, kKept> times_{};
  size_t count_ = 0;
};

// How commits went since the start of the process.
struct CommitFigures {
  uint64_t commits = 0;           // written ones
  histogram::Histogram duration;  // from the order to seal to the published view
  Duration last{};                // of the last one
  RecentRate rate;
};

}  // namespace oneway::shard
