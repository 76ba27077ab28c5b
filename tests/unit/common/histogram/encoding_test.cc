// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "common/histogram/histogram.h"

namespace oneway::histogram {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Encoded(const Histogram& histogram) {
  std::string bytes;
  histogram.Encode(bytes);
  return bytes;
}

Histogram Random(std::mt19937_64& random) {
  Histogram histogram;
  for (uint64_t samples = random() % 50; samples > 0; --samples) {
    histogram.Record(Duration(static_cast<int64_t>(random() >> (1 + random() % 63))), 1 + random() % 3);
  }
  return histogram;
}

TEST(HistogramEncodingTest, EqualsTheGoldenBytes) {
  Histogram histogram;
  histogram.Record(Duration::zero());
  histogram.Record(milliseconds(250));
  histogram.Record(seconds(2), 300);
  EXPECT_EQ(absl::BytesToHexString(Encoded(histogram)), "02010080a8d6b90780c5c08dbc1100f90d01bf01ac02");
  EXPECT_EQ(absl::BytesToHexString(Encoded(Histogram())), "0000");
}

TEST(HistogramEncodingTest, DecodeGivesBackWhatWasEncodedAndLeavesTheRest) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const Histogram histogram = Random(random);
    const std::string bytes = Encoded(histogram) + "rest";
    std::string_view front = bytes;
    Histogram decoded;
    ASSERT_TRUE(Histogram::Decode(front, decoded).ok());
    ASSERT_EQ(decoded, histogram);
    ASSERT_EQ(front, "rest");
  }
}

TEST(HistogramEncodingTest, TheLargestHistogramComesBack) {
  Histogram histogram;
  histogram.Record(Duration(1), uint64_t{1} << 62);
  histogram.Record(Duration::max(), uint64_t{1} << 62);
  const std::string bytes = Encoded(histogram);
  std::string_view front = bytes;
  Histogram decoded;
  ASSERT_TRUE(Histogram::Decode(front, decoded).ok());
  EXPECT_EQ(decoded, histogram);
}

TEST(HistogramEncodingTest, EveryCutIsAnErrorAndChangesNothing) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    const std::string bytes = Encoded(Random(random));
    for (size_t length = 0; length < bytes.size(); ++length) {
      std::string_view front(bytes.data(), length);
      Histogram untouched;
      untouched.Record(seconds(1));
      const Histogram before = untouched;
      EXPECT_EQ(Histogram::Decode(front, untouched).code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(untouched, before);
      EXPECT_EQ(front.size(), length);
    }
  }
}

TEST(HistogramEncodingTest, ANumberInMoreBytesThanItNeedsIsRefused) {
  for (const std::string& bytes : {std::string("\x80\x00\x00", 3), std::string("\x00\x80\x00", 3)}) {
    std::string_view front = bytes;
    Histogram histogram;
    EXPECT_EQ(Histogram::Decode(front, histogram).code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(front, bytes);
  }
}

// Whatever is accepted must be a histogram that further use cannot break.
void DecodeAndUse(std::string_view bytes) {
  Histogram histogram;
  if (!Histogram::Decode(bytes, histogram).ok()) return;
  ASSERT_TRUE(histogram.Validate().ok());
  Histogram doubled = histogram;
  doubled.Merge(histogram);
  ASSERT_LE(histogram.Quantile(0.5), histogram.max());
  ASSERT_EQ(histogram.CountAtMostPowerOfTwo(40), histogram.count());
}

TEST(HistogramEncodingTest, GarbageNeverDoesHarm) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() >> (random() % 8));
    DecodeAndUse(bytes);
  }
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes = Encoded(Random(random));
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1u << (random() % 8));
    }
    DecodeAndUse(bytes);
  }
}

TEST(HistogramValidateTest, RefusesPartsThatNoSamplesLeadTo) {
  using Buckets = std::vector<Histogram::Bucket>;
  const auto error = [](Buckets buckets, uint64_t zeros, uint64_t sum, Duration min, Duration max) {
    return std::string(Histogram::FromParts(std::move(buckets), zeros, sum, min, max).Validate().message());
  };
  const uint64_t second = 1'000'000'000;
  const Duration s = seconds(1);
  EXPECT_EQ(error({{-1, 1}}, 0, second, s, s), "");
  EXPECT_EQ(error({}, 0, 5, s, s), "") << "without samples the rest means nothing";
  EXPECT_EQ(error({{-1, 1}, {-1, 1}}, 0, 2 * second, s, s), "histogram: bucket -1 stands after bucket -1");
  EXPECT_EQ(error({{-1, 1}, {63, 0}}, 0, second, s, s), "histogram: bucket 63 is empty");
  EXPECT_EQ(error({{9999, 1}}, 0, second, s, s), "histogram: bucket 9999 is outside of -1914 to 2118");
  EXPECT_EQ(error({{-1, ~uint64_t{0}}}, 1, second, s, s), "histogram: more than 2^64 - 1 samples");
  EXPECT_EQ(error({{-1, 2}}, 0, 2 * second, s, s - Duration(1)), "histogram: min is negative or above max");
  EXPECT_EQ(error({{-1, 1}}, 0, second, milliseconds(1), s), "histogram: min is not in the lowest bucket");
  EXPECT_EQ(error({{-1, 1}}, 1, second, milliseconds(1), s), "histogram: min is not in the lowest bucket");
  EXPECT_EQ(error({{-1, 1}}, 0, second, s, seconds(2)), "histogram: max is not in the highest bucket");
  EXPECT_EQ(error({{-1, 1}}, 0, second + 1, s, s), "histogram: the sum is not between count * min and count * max");
}

}  // namespace
}  // namespace oneway::histogram
