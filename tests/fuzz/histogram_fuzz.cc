// SPDX-License-Identifier: Apache-2.0
//
// The stored form of histograms. Input: one histogram after the other.
#include <glog/logging.h>

#include <string>

#include "common/histogram/bounds.h"
#include "common/histogram/histogram.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using histogram::Histogram;

// Whoever reads percentiles gets values of the range, in order, and no bucket is counted twice or left out.
void CheckFigures(const Histogram& histogram) {
  CHECK(histogram.Validate().ok()) << histogram.Validate();
  uint64_t samples = histogram.zero_count();
  for (const Histogram::Bucket& bucket : histogram.buckets()) samples += bucket.count;
  CHECK_EQ(samples, histogram.count());
  CHECK_EQ(histogram.CountAtMostPowerOfTwo(64), histogram.count());
  Duration previous = histogram.min();
  for (const double quantile : {0.0, 0.01, 0.5, 0.95, 0.99, 1.0}) {
    const Duration value = histogram.Quantile(quantile);
    CHECK(previous <= value && value <= histogram.max());
    previous = value;
  }
}

// Merging is exact: in either order, and with nothing.
void CheckMerge(const Histogram& one, const Histogram& other) {
  if (one.count() > UINT64_MAX - other.count()) return;
  Histogram forth = one;
  forth.Merge(other);
  Histogram back = other;
  back.Merge(one);
  CHECK(forth == back);
  CHECK_EQ(forth.count(), one.count() + other.count());
  CHECK(forth.sum_nanos() == one.sum_nanos() + other.sum_nanos());
  CheckFigures(forth);
  Histogram same = one;
  same.Merge(Histogram());
  CHECK(same == one);
}

}  // namespace

bool Try(std::string_view input) {
  Histogram before;
  std::string_view rest = input;
  bool taken = false;
  while (!rest.empty()) {
    const std::string_view at = rest;
    Histogram histogram;
    if (const absl::Status status = Histogram::Decode(rest, histogram); !status.ok()) {
      CHECK(absl::IsDataLoss(status)) << status;
      CHECK(rest == at && histogram.empty()) << "a refused histogram left something behind";
      return taken;
    }
    taken = true;
    std::string again;
    histogram.Encode(again);
    CHECK(again == at.substr(0, at.size() - rest.size())) << "another form of the same histogram was taken";
    CheckFigures(histogram);
    CheckMerge(before, histogram);
    before = std::move(histogram);
  }
  return taken;
}

}  // namespace oneway::fuzz
