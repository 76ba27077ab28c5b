// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "common/time/time.h"

namespace oneway::partitioner::forward {

// How long to wait before the next attempt: doubled from failure to failure, drawn from the upper half of that, so that
// many partitioners do not return to a restarted joiner in step.
//
// Threading: external.
class Backoff {
 public:
  struct Options {
    Duration first = std::chrono::milliseconds(50);
    Duration longest = std::chrono::seconds(1);
  };
  Backoff(Options options, uint64_t seed) : options_(options), next_(options.first), random_(seed) {}

  Duration Next() {
    const Duration whole = next_;
    next_ = std::min(next_ * 2, options_.longest);
    std::uniform_int_distribution<Duration::rep> half(0, whole.count() / 2);
    return whole - Duration(half(random_));
  }
  // An attempt succeeded.
  void Reset() { next_ = options_.first; }

 private:
  const Options options_;
  Duration next_;
  std::mt19937_64 random_;
};

}  // namespace oneway::partitioner::forward
