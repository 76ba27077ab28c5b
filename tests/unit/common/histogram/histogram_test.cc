// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace oneway::histogram {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using Bucket = Histogram::Bucket;

Histogram Of(const std::vector<Duration>& latencies) {
  Histogram histogram;
  for (Duration latency : latencies) histogram.Record(latency);
  return histogram;
}

// From a nanosecond to years, most of them between milliseconds and minutes; some zeros, some exact powers of two.
std::vector<Duration> RandomLatencies(std::mt19937_64& random, size_t count) {
  std::lognormal_distribution<double> usual(std::log(2e9), 3.0);
  std::vector<Duration> latencies;
  for (size_t i = 0; i < count; ++i) {
    switch (random() % 20) {
      case 0:
        latencies.push_back(Duration::zero());
        break;
      case 1:
        latencies.push_back(seconds(1 << (random() % 18)));
        break;
      case 2:
        latencies.push_back(Duration(static_cast<int64_t>(random() >> (1 + random() % 63))));
        break;
      default:
        latencies.push_back(Duration(static_cast<int64_t>(usual(random))));
    }
  }
  return latencies;
}

class HistogramPropertyTest : public testing::Test {
 protected:
  HistogramPropertyTest() { RecordProperty("seed", std::to_string(seed_)); }

  const uint64_t seed_ = std::random_device()();
  std::mt19937_64 random_{seed_};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

TEST(HistogramTest, EmptyHasNoHeapAndAllZeros) {
  const Histogram empty;
  EXPECT_EQ(empty.memory_bytes(), sizeof(Histogram));
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.min(), Duration::zero());
  EXPECT_EQ(empty.max(), Duration::zero());
  EXPECT_EQ(empty.MeanSeconds(), 0);
  EXPECT_EQ(empty.Quantile(0.5), Duration::zero());
  EXPECT_EQ(empty.CountAtMostPowerOfTwo(10), 0u);
}

TEST(HistogramTest, KeepsZerosApartAndBucketsInOrder) {
  const Histogram histogram = Of({seconds(2), Duration::zero(), seconds(1), seconds(2)});
  EXPECT_EQ(histogram.zero_count(), 1u);
  EXPECT_THAT(histogram.buckets(), ElementsAre(Bucket{-1, 1}, Bucket{63, 2}));
  EXPECT_EQ(histogram.count(), 4u);
  EXPECT_EQ(histogram.min(), Duration::zero());
  EXPECT_EQ(histogram.max(), seconds(2));
}

TEST(HistogramTest, RecordingACountEqualsRecordingAsOften) {
  Histogram at_once;
  at_once.Record(milliseconds(20), 3);
  at_once.Record(milliseconds(70), 0);
  EXPECT_EQ(at_once, Of({milliseconds(20), milliseconds(20), milliseconds(20)}));
}

TEST(HistogramTest, TheSumStaysExactBeyond64Bits) {
  Histogram histogram;
  histogram.Record(Duration::max(), 1'000'000);
  histogram.Record(Duration(1));
  const auto largest = static_cast<unsigned __int128>(Duration::max().count());
  EXPECT_TRUE(histogram.sum_nanos() == largest * 1'000'000 + 1);
  EXPECT_NEAR(histogram.MeanSeconds(), 9.223372e9, 1e5);
}

TEST(HistogramTest, TheMeanOfASecondAndThreeIsTwo) {
  EXPECT_EQ(Of({seconds(1), seconds(3)}).MeanSeconds(), 2.0);
}

TEST(HistogramTest, CountsUpToAPowerOfTwoIncludeTheBoundItself) {
  const Histogram histogram = Of({Duration::zero(), milliseconds(500), milliseconds(500) + Duration(1), seconds(1),
                                  seconds(1) + Duration(1), seconds(131'072), seconds(131'072) + Duration(1)});
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(-30), 1u);
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(-1), 2u);
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(0), 4u);
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(16), 5u);
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(17), 6u);
  EXPECT_EQ(histogram.CountAtMostPowerOfTwo(18), 7u);
}

TEST(HistogramTest, QuantilesTakeTheNearestRank) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.Record(seconds(i * i));
  const auto near = [](int seconds_expected) {
    return testing::DoubleNear(seconds_expected, seconds_expected * 0.00543);
  };
  const auto quantile = [&](double q) { return std::chrono::duration<double>(histogram.Quantile(q)).count(); };
  EXPECT_THAT(quantile(0.07), near(7 * 7));  // 0.07 * 100 is above 7 in binary
  EXPECT_THAT(quantile(0.071), near(8 * 8));
  EXPECT_THAT(quantile(0.5), near(50 * 50));
  EXPECT_THAT(quantile(0.99), near(99 * 99));
  EXPECT_EQ(histogram.Quantile(0), seconds(1));
  EXPECT_EQ(histogram.Quantile(1), seconds(100 * 100));
}

TEST(HistogramTest, AQuantileNeverLeavesTheRangeOfTheSamples) {
  const Histogram histogram = Of({milliseconds(1001), milliseconds(1001), milliseconds(1001)});
  EXPECT_EQ(histogram.Quantile(0.5), milliseconds(1001));
}

TEST(HistogramDeathTest, NegativeLatenciesAndQuantilesOutOfRangeAreBugs) {
  Histogram histogram;
  EXPECT_DEATH(histogram.Record(Duration(-1)), "latency");
  EXPECT_DEATH(histogram.Quantile(1.01), "quantile");
  EXPECT_DEATH(histogram.Quantile(std::nan("")), "quantile");
}

TEST_F(HistogramPropertyTest, AgreesWithTheSortedSamples) {
  for (size_t size : {1u, 2u, 3u, 10u, 999u, 20'000u}) {
    std::vector<Duration> sorted = RandomLatencies(random_, size);
    const Histogram histogram = Of(sorted);
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(histogram.count(), size);
    ASSERT_EQ(histogram.min(), sorted.front());
    ASSERT_EQ(histogram.max(), sorted.back());
    ASSERT_TRUE(histogram.Validate().ok());

    for (uint64_t per_mille : {0u, 1u, 10u, 250u, 500u, 900u, 950u, 990u, 999u, 1000u}) {
      const size_t rank = std::max<size_t>(1, (per_mille * size + 999) / 1000);
      const auto exact = static_cast<double>(sorted[rank - 1].count());
      const auto answer = static_cast<double>(histogram.Quantile(static_cast<double>(per_mille) / 1000).count());
      ASSERT_NEAR(answer, exact, std::max(1.0, exact * 0.00542)) << per_mille << " per mille of " << size;
    }
    for (int exponent = -31; exponent <= 34; ++exponent) {
      const double bound = std::ldexp(1e9, exponent);
      const auto counted = std::count_if(sorted.begin(), sorted.end(), [&](Duration latency) {
        return static_cast<long double>(latency.count()) <= static_cast<long double>(bound);
      });
      ASSERT_EQ(histogram.CountAtMostPowerOfTwo(exponent), static_cast<uint64_t>(counted)) << exponent;
    }
  }
}

TEST_F(HistogramPropertyTest, MergingEqualsRecordingEverythingInOne) {
  for (int round = 0; round < 200; ++round) {
    std::vector<Duration> all = RandomLatencies(random_, random_() % 60);
    const auto split = all.begin() + static_cast<std::ptrdiff_t>(all.empty() ? 0 : random_() % all.size());
    Histogram merged = Of({all.begin(), split});
    merged.Merge(Of({split, all.end()}));
    ASSERT_EQ(merged, Of(all));
  }
}

TEST(HistogramTest, MergingWithItselfDoublesEveryCount) {
  Histogram histogram = Of({Duration::zero(), seconds(1), seconds(2)});
  histogram.Merge(histogram);
  EXPECT_EQ(histogram, Of({Duration::zero(), Duration::zero(), seconds(1), seconds(1), seconds(2), seconds(2)}));
}

}  // namespace
}  // namespace oneway::histogram
