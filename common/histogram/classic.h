// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "common/histogram/bounds.h"
#include "common/histogram/histogram.h"
#include "common/time/time.h"

namespace oneway::histogram {

// The few, wide buckets of which every Prometheus knows: at most 2^-8 s (4 ms), 2^-7 s, ... 2^17 s (36 h), and beyond.
inline constexpr int kClassicExponentMin = -8;
inline constexpr int kClassicExponentMax = 17;
inline constexpr size_t kClassicBuckets = kClassicExponentMax - kClassicExponentMin + 2;  // with that beyond, the last

// The bucket that a latency >= 0 falls into, from 0: bucket b is at most 2^(kClassicExponentMin + b) s. Exact on
// bounds.
inline size_t ClassicBucketOf(Duration latency) {
  if (latency <= Duration::zero()) return 0;
  const int exponent = (BucketOf(latency) >> Histogram::kScale) + 1;  // the smallest whose power of two is not below
  return static_cast<size_t>(std::clamp(exponent, kClassicExponentMin, kClassicExponentMax + 1) - kClassicExponentMin);
}

}  // namespace oneway::histogram
