// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/histogram.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/histogram/bounds.h"

namespace oneway::histogram {
namespace {

// The first of `buckets` whose index is not below `index`. Written without a branch on the comparison: latencies are
// random, and a mispredicted branch costs more than the whole search.
std::vector<Histogram::Bucket>::iterator FirstNotBelow(std::vector<Histogram::Bucket>& buckets, int32_t index) {
  if (buckets.empty() || buckets.back().index < index) return buckets.end();
  // Without gaps the place would be known at once; with some it is at most so many places off.
  const int64_t size = static_cast<int64_t>(buckets.size());
  const int64_t lowest = std::max<int64_t>(0, size - 1 - (int64_t{buckets.back().index} - index));
  const int64_t highest = std::clamp<int64_t>(int64_t{index} - buckets.front().index, 0, size - 1);
  auto first = buckets.begin() + lowest;
  for (int64_t length = highest - lowest; length > 0;) {
    const int64_t half = (length + 1) / 2;
    first += half & -static_cast<int64_t>(first[half - 1].index < index);
    length -= half;
  }
  return first;
}

// The rank, from 1, of the sample that `quantile` of `count` asks for. A product that is an integer but for the
// rounding of the decimal fraction (0.07 * 100 = 7.000000000000001) counts as that integer.
uint64_t NearestRank(double quantile, uint64_t count) {
  const long double product = static_cast<long double>(quantile) * static_cast<long double>(count);
  const long double nearest = std::round(product);
  const long double tolerance = product * std::numeric_limits<double>::epsilon();
  const long double rank = std::abs(product - nearest) <= tolerance ? nearest : std::ceil(product);
  if (rank >= static_cast<long double>(count)) return count;
  return std::max<uint64_t>(1, static_cast<uint64_t>(rank));
}

// The value that stands for all of a bucket: the harmonic mean of its smallest and largest latency, which is off by the
// same share at either end, (b - 1) / (b + 1) with b = 2^(1/64).
Duration MiddleOf(int32_t bucket) {
  const auto smallest = static_cast<double>(LargestIn(bucket - 1).count()) + 1;
  const auto largest = static_cast<double>(LargestIn(bucket).count());
  const double middle = 2 / (1 / smallest + 1 / largest);
  if (middle >= static_cast<double>(Duration::max().count())) return Duration::max();
  return Duration(std::llround(middle));
}

}  // namespace

int32_t Histogram::IndexOf(Duration latency) {
  return BucketOf(latency);
}

void Histogram::Record(Duration latency, uint64_t count) {
  CHECK_GE(latency.count(), 0);
  if (count == 0) return;

  min_ = empty() ? latency : std::min(min_, latency);
  max_ = std::max(max_, latency);
  count_ += count;
  sum_nanos_ += static_cast<unsigned __int128>(latency.count()) * count;
  if (latency == Duration::zero()) {
    zero_count_ += count;
  } else {
    Add(BucketOf(latency), count);
  }
}

void Histogram::Add(int32_t index, uint64_t count) {
  const auto bucket = FirstNotBelow(buckets_, index);
  if (bucket != buckets_.end() && bucket->index == index) {
    bucket->count += count;
  } else {
    buckets_.insert(bucket, Bucket{.index = index, .count = count});
  }
}

void Histogram::Merge(const Histogram& other) {
  if (other.empty()) return;
  min_ = empty() ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_nanos_ += other.sum_nanos_;
  zero_count_ += other.zero_count_;
  // The usual delta holds a handful of samples; inserting these beats copying a large histogram.
  if (other.buckets_.size() <= 4 && &other != this) {
    for (const Bucket& bucket : other.buckets_) Add(bucket.index, bucket.count);
  } else {
    MergeBuckets(other.buckets_);
  }
}

void Histogram::MergeBuckets(const std::vector<Bucket>& others) {
  std::vector<Bucket> merged;
  merged.reserve(std::max(buckets_.size(), others.size()));
  auto mine = buckets_.cbegin();
  for (const Bucket& other : others) {
    while (mine != buckets_.cend() && mine->index < other.index) merged.push_back(*mine++);
    merged.push_back(other);
    if (mine != buckets_.cend() && mine->index == other.index) merged.back().count += (mine++)->count;
  }
  merged.insert(merged.end(), mine, buckets_.cend());
  buckets_ = std::move(merged);
}

double Histogram::MeanSeconds() const {
  if (empty()) return 0;
  return static_cast<double>(static_cast<long double>(sum_nanos_) / static_cast<long double>(count_) / 1e9L);
}

Duration Histogram::Quantile(double quantile) const {
  CHECK(quantile >= 0 && quantile <= 1) << "quantile " << quantile;
  if (empty()) return Duration::zero();

  const uint64_t rank = NearestRank(quantile, count_);
  if (rank == 1) return min_;
  if (rank == count_) return max_;
  uint64_t samples = zero_count_;
  if (samples >= rank) return Duration::zero();
  for (const Bucket& bucket : buckets_) {
    samples += bucket.count;
    if (samples >= rank) return std::clamp(MiddleOf(bucket.index), min_, max_);
  }
  return max_;
}

uint64_t Histogram::CountAtMostPowerOfTwo(int exponent) const {
  // 2^exponent seconds is the inclusive upper bound of bucket 64 * exponent - 1.
  const int64_t past_last = int64_t{exponent} << kScale;
  uint64_t samples = zero_count_;
  for (const Bucket& bucket : buckets_) {
    if (bucket.index >= past_last) break;
    samples += bucket.count;
  }
  return samples;
}

Histogram Histogram::FromParts(std::vector<Bucket> buckets, uint64_t zero_count, unsigned __int128 sum_nanos,
                               Duration min, Duration max) {
  Histogram histogram;
  histogram.buckets_ = std::move(buckets);
  histogram.zero_count_ = zero_count;
  histogram.count_ = zero_count;
  for (const Bucket& bucket : histogram.buckets_) histogram.count_ += bucket.count;
  if (histogram.empty()) return histogram;  // min and max mean nothing then
  histogram.sum_nanos_ = sum_nanos;
  histogram.min_ = min;
  histogram.max_ = max;
  return histogram;
}

}  // namespace oneway::histogram
