// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/time/time.h"

namespace oneway::histogram {

// Where the buckets of a Histogram begin and end, in whole nanoseconds and without any rounding: bucket i holds the
// latencies in (2^(i/64), 2^((i+1)/64)] seconds.

// The bucket of `latency` > 0 (anything else is a bug).
int32_t BucketOf(Duration latency);

// The largest latency that lies in the bucket or below it; at most Duration::max().
Duration LargestIn(int32_t bucket);

// The buckets of the smallest and the largest latency that a Duration can hold.
inline constexpr int32_t kBucketMin = -1914;  // of 1 ns
inline constexpr int32_t kBucketMax = 2118;   // of 2^63 - 1 ns

}  // namespace oneway::histogram
