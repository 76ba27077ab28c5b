// SPDX-License-Identifier: Apache-2.0
#include "common/query/histogram_proto.h"

#include <gtest/gtest.h>

#include <random>

namespace oneway::query {
namespace {

using histogram::Histogram;
using std::chrono::seconds;

TEST(HistogramProtoTest, AHistogramComesBackWhole) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    Histogram histogram;
    for (uint64_t samples = random() % 30; samples > 0; --samples) {
      histogram.Record(Duration(static_cast<int64_t>(random() >> (1 + random() % 63))), 1 + random() % 1'000'000);
    }
    const absl::StatusOr<Histogram> back = FromProto(ToProto(histogram));
    ASSERT_TRUE(back.ok()) << back.status();
    ASSERT_EQ(*back, histogram);
  }
}

v1::LatencyHistogram OneSecond() {
  Histogram histogram;
  histogram.Record(seconds(1));
  return ToProto(histogram);
}

TEST(HistogramProtoTest, RefusesWhatCannotBe) {
  EXPECT_TRUE(FromProto(OneSecond()).ok());

  v1::LatencyHistogram columns_differ = OneSecond();
  columns_differ.add_bucket_index(5);
  EXPECT_EQ(FromProto(columns_differ).status().message(), "histogram: as many bucket_index as bucket_count are needed");

  v1::LatencyHistogram beyond_a_duration = OneSecond();
  beyond_a_duration.set_max_nanos(~uint64_t{0});
  EXPECT_EQ(FromProto(beyond_a_duration).status().code(), absl::StatusCode::kInvalidArgument);

  v1::LatencyHistogram wrong_sum = OneSecond();
  wrong_sum.set_sum_nanos_high(1);
  EXPECT_EQ(FromProto(wrong_sum).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace oneway::query
