// SPDX-License-Identifier: Apache-2.0
//
// Concern: the protobuf form says exactly what the text form says, and the native histogram what the histogram holds.
#include <gmock/gmock.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "common/histogram/bounds.h"
#include "common/histogram/classic.h"
#include "common/observe/exposition.h"
#include "io/prometheus/client/metrics.pb.h"

namespace oneway::observe {
namespace {

namespace wire = io::prometheus::client;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::vector<wire::MetricFamily> Families(const Exposition& exposition) {
  const std::string bytes = exposition.Protobuf();
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  std::vector<wire::MetricFamily> families;
  for (bool end = false;;) {
    wire::MetricFamily family;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&family, &stream, &end)) {
      EXPECT_TRUE(end) << "bytes that are no family";
      return families;
    }
    families.push_back(family);
  }
}

wire::Histogram HistogramOf(const histogram::Histogram& histogram, std::vector<Exemplar> exemplars = {}) {
  Exposition exposition;
  exposition.Family("m", MetricType::kHistogram, "h");
  exposition.Sample({}, histogram, std::move(exemplars));
  return Families(exposition).at(0).metric(0).histogram();
}

// As Prometheus reads spans and deltas.
std::map<int, int64_t> NativeBuckets(const wire::Histogram& histogram) {
  std::map<int, int64_t> buckets;
  int index = 0;
  int place = 0;
  int64_t count = 0;
  for (const wire::BucketSpan& span : histogram.positive_span()) {
    index += span.offset();
    for (uint32_t i = 0; i < span.length(); ++i) {
      count += histogram.positive_delta(place++);
      buckets[index++] = count;
    }
  }
  EXPECT_EQ(place, histogram.positive_delta_size());
  return buckets;
}

TEST(ExpositionProtobufTest, CountersAndGaugesHaveTypesLabelsAndValues) {
  Exposition exposition;
  exposition.Family("oneway_b_total", MetricType::kCounter, "Second.");
  exposition.Sample({{"z", "1"}, {"a", "gr\xDF"}}, 2);
  exposition.Family("oneway_a", MetricType::kGauge, "First.");
  exposition.Sample({}, -0.5);
  exposition.Family("oneway_none", MetricType::kGauge, "Nothing to tell.");
  const auto families = Families(exposition);
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].ShortDebugString(),
            R"(name: "oneway_a" help: "First." type: GAUGE metric { gauge { value: -0.5 } })");
  EXPECT_EQ(families[1].ShortDebugString(),
            R"(name: "oneway_b_total" help: "Second." type: COUNTER metric { label { name: "a" value: "gr\\xdf" } )"
            R"(label { name: "z" value: "1" } counter { value: 2 } })");
}

// The formats' indices are one apart: ours names a bucket by its lower bound, Prometheus' by its upper one.
TEST(ExpositionProtobufTest, ANativeBucketIsNamedByItsUpperBound) {
  histogram::Histogram histogram;
  histogram.Record(seconds(1));                   // (2^(-1/64), 1]: index 0 there
  histogram.Record(seconds(1) + nanoseconds(1));  // (1, 2^(1/64)]: index 1
  histogram.Record(seconds(2), 5);                // (2^(63/64), 2]: index 64
  EXPECT_THAT(NativeBuckets(HistogramOf(histogram)),
              testing::ElementsAre(testing::Pair(0, 1), testing::Pair(1, 1), testing::Pair(64, 5)));
}

TEST(ExpositionProtobufTest, EverySampleIsWithinTheBoundsOfItsNativeBucket) {
  const uint64_t seed = 20261126;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  histogram::Histogram histogram;
  std::map<int, int64_t> expected;
  for (int i = 0; i < 2000; ++i) {
    const auto nanos = static_cast<int64_t>(std::exp2(std::uniform_real_distribution(0.0, 60.0)(random)));
    histogram.Record(nanoseconds(nanos));
    // The smallest upper bound that is not below; exact ones were tested above.
    const double exponent = 64 * std::log2(static_cast<double>(nanos) / 1e9);
    if (std::abs(exponent - std::round(exponent)) > 1e-6) {
      ++expected[static_cast<int>(std::ceil(exponent))];
    } else {
      ++expected[static_cast<int>(std::round(exponent))];
    }
  }
  histogram.Record(nanoseconds(0), 3);
  const wire::Histogram native = HistogramOf(histogram);
  EXPECT_EQ(NativeBuckets(native), expected);
  EXPECT_EQ(native.schema(), 6);
  EXPECT_EQ(native.zero_count(), 3u);
  EXPECT_EQ(native.sample_count(), 2003u);
}

TEST(ExpositionProtobufTest, AnEmptyHistogramIsANativeOneAlready) {
  const wire::Histogram empty = HistogramOf({});
  EXPECT_GT(empty.zero_threshold(), 0) << "or Prometheus 2.42 stores it as a classic one until the first sample";
  EXPECT_LT(empty.zero_threshold(), 1e-9);
  EXPECT_EQ(empty.positive_span_size(), 0);
  EXPECT_EQ(empty.sample_count(), 0u);
  EXPECT_EQ(empty.sample_sum(), 0);
}

TEST(ExpositionProtobufTest, ClassicBucketsAreThoseOfTheText) {
  histogram::Histogram histogram;
  histogram.Record(seconds(1));
  histogram.Record(seconds(1) + nanoseconds(1));
  histogram.Record(milliseconds(2));
  histogram.Record(seconds(200'000));
  const wire::Histogram classic = HistogramOf(histogram);
  ASSERT_EQ(classic.bucket_size(), static_cast<int>(histogram::kClassicBuckets));
  EXPECT_EQ(classic.bucket(0).upper_bound(), 0.00390625);
  EXPECT_EQ(classic.bucket(0).cumulative_count(), 1u);
  EXPECT_EQ(classic.bucket(8).upper_bound(), 1);
  EXPECT_EQ(classic.bucket(8).cumulative_count(), 2u);
  EXPECT_EQ(classic.bucket(25).upper_bound(), 131072);
  EXPECT_EQ(classic.bucket(25).cumulative_count(), 3u);
  EXPECT_EQ(classic.bucket(26).upper_bound(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(classic.bucket(26).cumulative_count(), 4u);
  EXPECT_DOUBLE_EQ(classic.sample_sum(), 200002.002000001);
}

TEST(ExpositionProtobufTest, AnExemplarStandsAtTheBucketOfItsLatency) {
  const auto exemplar = [](Duration latency, const std::string& key) {
    return Exemplar{.labels = {{"key", key}}, .latency = latency, .at = Time(milliseconds(1'700'000'000'500))};
  };
  const wire::Histogram with = HistogramOf(
      {}, {exemplar(seconds(1), "on a bound"), exemplar(seconds(1) + nanoseconds(1), "above it"),
           exemplar(nanoseconds(0), "zero"), exemplar(seconds(200'000), "old"), exemplar(seconds(300'000), "new")});
  EXPECT_EQ(with.bucket(8).exemplar().ShortDebugString(),
            R"(label { name: "key" value: "on a bound" } value: 1 timestamp { seconds: 1700000000 nanos: 500000000 })");
  EXPECT_EQ(with.bucket(9).exemplar().label(0).value(), "above it");
  EXPECT_EQ(with.bucket(0).exemplar().label(0).value(), "zero");
  EXPECT_EQ(with.bucket(26).exemplar().label(0).value(), "new");
  EXPECT_FALSE(with.bucket(10).has_exemplar());
}

TEST(ExpositionProtobufTest, ExemplarsStandWithTheNativeHistogramTooTheOldestFirst) {
  const wire::Histogram with =
      HistogramOf({}, {{.labels = {{"key", "fast"}}, .latency = seconds(1), .at = Time(seconds(9))},
                       {.labels = {{"key", "slow"}}, .latency = seconds(8), .at = Time(seconds(5))}});
  ASSERT_EQ(with.exemplars_size(), 2);
  EXPECT_EQ(with.exemplars(0).label(0).value(), "slow");
  EXPECT_EQ(with.exemplars(1).label(0).value(), "fast");
}

TEST(ClassicBucketTest, TheBucketIsTheFirstThatCountsTheLatency) {
  for (const int exponent : {-8, -7, 0, 1, 17}) {
    const auto bound = Duration(static_cast<int64_t>(std::ldexp(1e9, exponent)));
    const auto bucket = static_cast<size_t>(exponent - histogram::kClassicExponentMin);
    EXPECT_EQ(histogram::ClassicBucketOf(bound), bucket);
    EXPECT_EQ(histogram::ClassicBucketOf(bound + nanoseconds(1)), bucket + 1);
  }
  EXPECT_EQ(histogram::ClassicBucketOf(nanoseconds(1)), 0u);
  EXPECT_EQ(histogram::ClassicBucketOf(Duration::max()), histogram::kClassicBuckets - 1);
}

}  // namespace
}  // namespace oneway::observe
