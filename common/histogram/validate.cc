// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "common/histogram/bounds.h"
#include "common/histogram/histogram.h"

namespace oneway::histogram {
namespace {

absl::Status Invalid(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("histogram: ", what));
}

// Each bucket at its place, with something in it, and no overflow of the total.
absl::Status ValidateBuckets(const std::vector<Histogram::Bucket>& buckets, uint64_t zero_count) {
  uint64_t total = zero_count;
  const Histogram::Bucket* previous = nullptr;
  for (const Histogram::Bucket& bucket : buckets) {
    if (bucket.index < kBucketMin || bucket.index > kBucketMax) {
      return Invalid(absl::StrCat("bucket ", bucket.index, " is outside of ", kBucketMin, " to ", kBucketMax));
    }
    if (previous != nullptr && bucket.index <= previous->index) {
      return Invalid(absl::StrCat("bucket ", bucket.index, " stands after bucket ", previous->index));
    }
    if (bucket.count == 0) return Invalid(absl::StrCat("bucket ", bucket.index, " is empty"));
    if (__builtin_add_overflow(total, bucket.count, &total)) return Invalid("more than 2^64 - 1 samples");
    previous = &bucket;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Histogram::Validate() const {
  if (absl::Status status = ValidateBuckets(buckets_, zero_count_); !status.ok()) return status;
  if (empty()) return absl::OkStatus();

  if (min_ < Duration::zero() || min_ > max_) return Invalid("min is negative or above max");
  const bool min_fits =
      zero_count_ > 0 ? min_ == Duration::zero() : min_ > Duration::zero() && BucketOf(min_) == buckets_.front().index;
  if (!min_fits) return Invalid("min is not in the lowest bucket");
  const bool max_fits =
      buckets_.empty() ? max_ == Duration::zero() : max_ > Duration::zero() && BucketOf(max_) == buckets_.back().index;
  if (!max_fits) return Invalid("max is not in the highest bucket");

  const auto count = static_cast<unsigned __int128>(count_);
  const bool sum_fits = sum_nanos_ >= count * static_cast<uint64_t>(min_.count()) &&
                        sum_nanos_ <= count * static_cast<uint64_t>(max_.count());
  if (!sum_fits) return Invalid("the sum is not between count * min and count * max");
  return absl::OkStatus();
}

}  // namespace oneway::histogram
