// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/oracle/metrics_page.h"

#include <gtest/gtest.h>

#include "common/observe/exposition.h"

namespace oneway::test::crash {
namespace {

TEST(MetricsPageTest, ReadsWhatAProcessExposes) {
  observe::Exposition exposition;
  exposition.Family("oneway_open", observe::MetricType::kGauge, "Open.");
  exposition.Sample({{"flow", "pair"}}, 12);
  exposition.Sample({{"flow", "task"}}, 30);
  exposition.Family("oneway_open_else", observe::MetricType::kGauge, "Another family.");
  exposition.Sample({}, 5);
  histogram::Histogram histogram;
  histogram.Record(std::chrono::nanoseconds(1'500'000'001), 2);
  exposition.Family("oneway_latency_seconds", observe::MetricType::kHistogram, "Latency.");
  exposition.Sample({{"flow", "pair"}}, histogram);

  const MetricsPage page = MetricsPage::Parse(exposition.Text());
  EXPECT_EQ(page.Count("oneway_open{flow=\"pair\"}"), 12u);
  EXPECT_EQ(page.Count("oneway_open{flow=\"unknown\"}"), 0u);
  EXPECT_EQ(page.SumOf("oneway_open"), 42u);
  EXPECT_EQ(page.SumOf("oneway_open_else"), 5u);
  EXPECT_EQ(page.Count("oneway_latency_seconds_bucket{flow=\"pair\",le=\"2\"}"), 2u);
  EXPECT_EQ(page.Count("oneway_latency_seconds_bucket{flow=\"pair\",le=\"1\"}"), 0u);
  EXPECT_TRUE(page.Nanos("oneway_latency_seconds_sum{flow=\"pair\"}") == 3'000'000'002);
}

}  // namespace
}  // namespace oneway::test::crash
