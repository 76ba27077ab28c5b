// SPDX-License-Identifier: Apache-2.0
#include "common/observe/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "common/observe/metrics.h"
#include "common/observe/utf8.h"

namespace oneway::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(ExpositionTest, HelpAndTypeStandOnceBeforeAllSamplesOfAFamily) {
  Exposition exposition;
  exposition.Family("oneway_b_total", MetricType::kCounter, "Second.");
  exposition.Sample({{"flow", "y"}}, 2);
  exposition.Family("oneway_a", MetricType::kGauge, "First.");
  exposition.Sample({}, -1);
  exposition.Family("oneway_b_total", MetricType::kCounter, "Second.");
  exposition.Sample({{"flow", "x"}}, uint64_t{18446744073709551615u});
  EXPECT_EQ(exposition.Text(),
            "# HELP oneway_a First.\n"
            "# TYPE oneway_a gauge\n"
            "oneway_a -1\n"
            "# HELP oneway_b_total Second.\n"
            "# TYPE oneway_b_total counter\n"
            "oneway_b_total{flow=\"x\"} 18446744073709551615\n"
            "oneway_b_total{flow=\"y\"} 2\n");
}

TEST(ExpositionTest, LabelsAreSortedByName) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "h");
  exposition.Sample({{"z", "1"}, {"a", "2"}}, 0);
  EXPECT_THAT(exposition.Text(), HasSubstr("m{a=\"2\",z=\"1\"} 0\n"));
}

TEST(ExpositionTest, QuotesBackslashesAndLineBreaksAreEscaped) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "one \"quoted\" \\ line\nbreak");
  exposition.Sample({{"l", "a\"b\\c\nd"}}, 1);
  EXPECT_EQ(exposition.Text(),
            "# HELP m one \"quoted\" \\\\ line\\nbreak\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST(ExpositionTest, BytesThatAreNotUtf8DoNotReachTheScraper) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "h");
  exposition.Sample({{"l", "gr\xC3\xBC\xDF"}}, 1);
  EXPECT_THAT(exposition.Text(), HasSubstr("m{l=\"gr\xC3\xBC\\\\xdf\"} 1\n"));
}

TEST(ExpositionTest, ValuesThatLookAlikeOnceEscapedDoNotStopTheProcess) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "h");
  exposition.Sample({{"l", "\xDF"}}, 1);
  exposition.Sample({{"l", "\\xdf"}}, 2);
  EXPECT_THAT(exposition.Text(), HasSubstr("m{l=\"\\\\xdf\"} 2\n"));
}

TEST(ExpositionTest, NumbersReadBackExactly) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "h");
  exposition.Sample({{"n", "a"}}, 0.1);
  exposition.Sample({{"n", "b"}}, 1e300);
  exposition.Sample({{"n", "c"}}, std::numeric_limits<double>::infinity());
  exposition.Sample({{"n", "d"}}, -std::numeric_limits<double>::infinity());
  exposition.Sample({{"n", "e"}}, std::nan(""));
  EXPECT_THAT(exposition.Text(),
              HasSubstr("m{n=\"a\"} 0.1\nm{n=\"b\"} 1e+300\nm{n=\"c\"} +Inf\nm{n=\"d\"} -Inf\nm{n=\"e\"} NaN\n"));
}

TEST(ExpositionTest, AHistogramHasCumulativeBucketsOfPowersOfTwo) {
  histogram::Histogram histogram;
  histogram.Record(seconds(1));                   // on a bound
  histogram.Record(seconds(1) + nanoseconds(1));  // just above it
  histogram.Record(milliseconds(2));              // below all
  histogram.Record(seconds(200'000));             // above all
  Exposition exposition;
  exposition.Family("oneway_latency_seconds", MetricType::kHistogram, "h");
  exposition.Sample({{"flow", "push"}}, histogram);
  const std::string text = exposition.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE oneway_latency_seconds histogram\n"
                              "oneway_latency_seconds_bucket{flow=\"push\",le=\"0.00390625\"} 1\n"
                              "oneway_latency_seconds_bucket{flow=\"push\",le=\"0.0078125\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.5\"} 1\noneway_latency_seconds_bucket{flow=\"push\",le=\"1\"} 2\n"
                              "oneway_latency_seconds_bucket{flow=\"push\",le=\"2\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("le=\"131072\"} 3\n"
                              "oneway_latency_seconds_bucket{flow=\"push\",le=\"+Inf\"} 4\n"
                              "oneway_latency_seconds_sum{flow=\"push\"} 200002.002000001\n"
                              "oneway_latency_seconds_count{flow=\"push\"} 4\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 26 + 3);
}

TEST(ExpositionTest, AnEmptyHistogramWithoutLabelsIsAllZero) {
  Exposition exposition;
  exposition.Family("m", MetricType::kHistogram, "h");
  exposition.Sample({}, histogram::Histogram());
  EXPECT_THAT(exposition.Text(), HasSubstr("m_bucket{le=\"+Inf\"} 0\nm_sum 0\nm_count 0\n"));
}

TEST(ExpositionDeathTest, MistakesOfTheProgramStopIt) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Exposition exposition;
  EXPECT_DEATH(exposition.Sample({}, 1), "needs a family");
  EXPECT_DEATH(exposition.Family("a-b", MetricType::kGauge, "h"), "malformed metric name");
  exposition.Family("m", MetricType::kGauge, "h");
  EXPECT_DEATH(exposition.Sample({{"0", ""}}, 1), "malformed label name");
  EXPECT_DEATH(exposition.Sample({{"a", ""}, {"a", ""}}, 1), "given twice");
  EXPECT_DEATH(exposition.Family("m", MetricType::kCounter, "h"), "declared in two ways");
  EXPECT_DEATH(exposition.Sample({}, histogram::Histogram()), "is no histogram");
  exposition.Sample({{"a", "b"}, {"c", "d"}}, 1);
  EXPECT_DEATH(exposition.Sample({{"c", "d"}, {"a", "b"}}, 2), "two samples");
}

TEST(Utf8Test, OnlyWellFormedCharactersPass) {
  EXPECT_EQ(ToUtf8("a\x7F\xC2\x80\xE2\x82\xAC\xF0\x9F\x98\x80"), "a\x7F\xC2\x80\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(ToUtf8("\xC3"), "\\xc3");                             // cut off
  EXPECT_EQ(ToUtf8("\xC0\xAF"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(ToUtf8("\xE0\x80\x80"), "\\xe0\\x80\\x80");           // overlong
  EXPECT_EQ(ToUtf8("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(ToUtf8("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(ToUtf8("\xFFz"), "\\xffz");
}

TEST(MetricsTest, CellsCountFromManyThreads) {
  Counter counter;
  Gauge gauge;
  DurationHistogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) {
        counter.Add();
        gauge.Add(-2);
        histogram.Record(milliseconds(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 4000u);
  EXPECT_EQ(gauge.value(), -8000);
  EXPECT_EQ(histogram.Snapshot().count(), 4000u);
}

}  // namespace
}  // namespace oneway::observe
