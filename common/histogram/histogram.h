// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/time/time.h"

namespace oneway::histogram {

// Base-2 exponential histogram of latencies, scale 6, sparse: bucket i holds (2^(i/64), 2^((i+1)/64)] seconds, so any
// value is known within 0.54 %, merging is exact, and every power of two of seconds is an exact bucket bound.
// Source of the form: OpenTelemetry's ExponentialHistogram.
//
// Threading: external. A value; empty costs no heap.
class Histogram {
 public:
  static constexpr int kScale = 6;

  // `latency` >= 0 (a negative one is a bug). The bucket is exact, also on a bound.
  void Record(Duration latency, uint64_t count = 1);
  void Merge(const Histogram& other);

  uint64_t count() const { return count_; }
  bool empty() const { return count() == 0; }
  // Sum of all latencies in nanoseconds, exact.
  unsigned __int128 sum_nanos() const { return sum_nanos_; }
  // Exact; 0 when empty.
  Duration min() const { return min_; }
  Duration max() const { return max_; }
  // Exact sum / count in seconds; 0 when empty.
  double MeanSeconds() const;
  // The smallest value v such that at least `quantile` (0..1) of the samples are <= v, within 0.54 % (and within
  // [min, max]); nearest rank ceil(q * n). 0 when empty. Below a microsecond within one nanosecond.
  Duration Quantile(double quantile) const;
  // Exactly how many samples are <= 2^exponent seconds.
  uint64_t CountAtMostPowerOfTwo(int exponent) const;

  // Buckets in ascending order of index.
  struct Bucket {
    int32_t index;
    uint64_t count;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };
  const std::vector<Bucket>& buckets() const { return buckets_; }
  uint64_t zero_count() const { return zero_count_; }
  // The bucket of a latency > 0.
  static int32_t IndexOf(Duration latency);

  // Appends a self-delimiting, compact form; Decode consumes it from the front of `bytes`. The grammar stands in
  // encoding.cc. Bytes that no Encode wrote give DATA_LOSS and leave `histogram` and `bytes` as they were.
  void Encode(std::string& bytes) const;
  static absl::Status Decode(std::string_view& bytes, Histogram& histogram);
  // Puts together what a proto carries; buckets ascending. Parts that others sent need a Validate() afterwards.
  static Histogram FromParts(std::vector<Bucket> buckets, uint64_t zero_count, unsigned __int128 sum_nanos,
                             Duration min, Duration max);
  // INVALID_ARGUMENT when no samples can have led to these parts: buckets out of order, empty or beyond the range of a
  // Duration; min, max or sum that do not fit to them.
  absl::Status Validate() const;

  size_t memory_bytes() const { return sizeof(*this) + buckets_.capacity() * sizeof(Bucket); }
  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  void Add(int32_t index, uint64_t count);
  void MergeBuckets(const std::vector<Bucket>& others);

  std::vector<Bucket> buckets_;
  unsigned __int128 sum_nanos_ = 0;
  uint64_t count_ = 0;
  uint64_t zero_count_ = 0;
  Duration min_{0};
  Duration max_{0};
};

}  // namespace oneway::histogram
