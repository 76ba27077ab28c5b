// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/bounds.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <random>

namespace oneway::histogram {
namespace {

using boost::multiprecision::cpp_int;

// The definition, in integers of any size: n ns <= 2^(i/64) s  <=>  n^64 <= (10^9)^64 * 2^i.
bool IsAtMostBound(int64_t nanos, int32_t i) {
  static const cpp_int kSecond = pow(cpp_int(1'000'000'000), 64);
  const cpp_int power = pow(cpp_int(nanos), 64);
  return i >= 0 ? power <= (kSecond << i) : (power << -i) <= kSecond;
}

// Written so that a failure names the latency.
testing::AssertionResult LiesInItsBucket(int64_t nanos) {
  const int32_t bucket = BucketOf(Duration(nanos));
  if (!IsAtMostBound(nanos, bucket + 1))
    return testing::AssertionFailure() << nanos << " ns is above bucket " << bucket;
  if (IsAtMostBound(nanos, bucket)) return testing::AssertionFailure() << nanos << " ns is below bucket " << bucket;
  return testing::AssertionSuccess();
}

TEST(BoundsTest, LatenciesAroundEveryBoundLieInTheirBucket) {
  for (int32_t bucket = kBucketMin; bucket < kBucketMax; ++bucket) {
    const int64_t largest = LargestIn(bucket).count();
    ASSERT_TRUE(IsAtMostBound(largest, bucket + 1)) << bucket;
    ASSERT_FALSE(IsAtMostBound(largest + 1, bucket + 1)) << bucket;
    for (int64_t nanos : {largest - 1, largest, largest + 1}) {
      if (nanos > 0) {
        ASSERT_TRUE(LiesInItsBucket(nanos));
      }
    }
  }
}

TEST(BoundsTest, LatenciesAroundThePowersOfTwoLieInTheirBucket) {
  for (int exponent = 0; exponent < 63; ++exponent) {
    for (int64_t nanos : {(int64_t{1} << exponent) - 1, int64_t{1} << exponent, (int64_t{1} << exponent) + 1}) {
      if (nanos > 0) {
        ASSERT_TRUE(LiesInItsBucket(nanos));
      }
    }
  }
}

TEST(BoundsTest, APowerOfTwoOfSecondsIsTheLastOfItsBucket) {
  EXPECT_EQ(BucketOf(std::chrono::seconds(1)), -1);
  EXPECT_EQ(BucketOf(std::chrono::seconds(1) + Duration(1)), 0);
  EXPECT_EQ(BucketOf(std::chrono::seconds(2)), 63);
  EXPECT_EQ(BucketOf(std::chrono::seconds(2) + Duration(1)), 64);
  EXPECT_EQ(BucketOf(std::chrono::milliseconds(500)), -65);
  EXPECT_EQ(BucketOf(std::chrono::milliseconds(500) + Duration(1)), -64);
  for (int exponent = 0; exponent <= 33; ++exponent) {
    EXPECT_EQ(BucketOf(std::chrono::seconds(int64_t{1} << exponent)), 64 * exponent - 1);
  }
}

TEST(BoundsTest, TheSmallestAndTheLargestDurationLieInTheOutermostBuckets) {
  EXPECT_EQ(BucketOf(Duration(1)), kBucketMin);
  EXPECT_EQ(BucketOf(Duration::max()), kBucketMax);
  EXPECT_TRUE(LiesInItsBucket(1));
  EXPECT_TRUE(LiesInItsBucket(Duration::max().count()));
  EXPECT_EQ(LargestIn(kBucketMin - 1), Duration::zero());
  EXPECT_EQ(LargestIn(kBucketMax), Duration::max());
}

TEST(BoundsTest, RandomLatenciesOfEverySizeLieInTheirBucket) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_TRUE(LiesInItsBucket(static_cast<int64_t>(random() >> (1 + random() % 63) | 1)));
  }
}

TEST(BoundsDeathTest, ZeroAndLessHaveNoBucket) {
  EXPECT_DEATH(BucketOf(Duration(0)), "latency");
  EXPECT_DEATH(BucketOf(Duration(-1)), "latency");
}

}  // namespace
}  // namespace oneway::histogram
