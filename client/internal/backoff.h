// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace oneway::client {

// How long to wait before trying again: doubled with each failure in a row, and shortened at random by up to a half, so
// that clients that lost the same server do not come back at the same time.
// Threading: external.
class Backoff {
 public:
  // 0 < shortest <= longest.
  Backoff(std::chrono::nanoseconds shortest, std::chrono::nanoseconds longest, uint64_t seed)
      : shortest_(shortest), longest_(longest), next_(shortest), random_(seed) {}

  std::chrono::nanoseconds Next() {
    const std::chrono::nanoseconds wait = next_;
    next_ = wait > longest_ / 2 ? longest_ : wait * 2;
    return wait - std::chrono::nanoseconds(std::uniform_int_distribution<int64_t>(0, wait.count() / 2)(random_));
  }

  // It worked: the next failure is a first one.
  void Reset() { next_ = shortest_; }

 private:
  const std::chrono::nanoseconds shortest_;
  const std::chrono::nanoseconds longest_;
  std::chrono::nanoseconds next_;
  std::mt19937_64 random_;
};

}  // namespace oneway::client
