// SPDX-License-Identifier: Apache-2.0
//
// Concern: a scraper gets the form that it asked for.
#include "common/observe/scrape.h"

#include <gtest/gtest.h>

namespace oneway::observe {
namespace {

TEST(ScrapeTest, PrometheusWithNativeHistogramsGetsProtobuf) {
  // 2.42 and 3.5, as they send it.
  EXPECT_TRUE(PrefersProtobuf(
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
      "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
  EXPECT_TRUE(PrefersProtobuf(
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"));
}

TEST(ScrapeTest, EverybodyElseGetsText) {
  for (const char* accept : {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8",
                             "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                             "application/vnd.google.protobuf", ";;,,;q=", "application/vnd.google.protobuf;q"}) {
    EXPECT_FALSE(PrefersProtobuf(accept)) << accept;
  }
}

TEST(ScrapeTest, AnotherMessageOrEncodingIsNotWhatWeHave) {
  EXPECT_FALSE(PrefersProtobuf(
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text,*/*;q=0.1"));
  EXPECT_FALSE(PrefersProtobuf("application/vnd.google.protobuf;proto=some.Other;encoding=delimited"));
}

TEST(ScrapeTest, WeightsDecideBetweenTheTwo) {
  const std::string protobuf =
      "Application/vnd.google.protobuf ; proto=\"io.prometheus.client.MetricFamily\" ; encoding=delimited";
  EXPECT_TRUE(PrefersProtobuf(protobuf));
  EXPECT_TRUE(PrefersProtobuf("text/plain;q=0.5, " + protobuf + ";q=0.5"));
  EXPECT_FALSE(PrefersProtobuf("text/plain;q=0.6, " + protobuf + ";q=0.5"));
  EXPECT_FALSE(PrefersProtobuf(protobuf + ";q=0")) << "not acceptable, it says";
}

TEST(ScrapeTest, TheAnswerSaysWhatItIs) {
  Exposition exposition;
  exposition.Family("m", MetricType::kGauge, "h");
  exposition.Sample({}, 1);
  const HttpResponse text = AnswerScrape({.path = "/metrics", .query = ""}, exposition);
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(text.body, exposition.Text());
  const HttpResponse protobuf = AnswerScrape(
      {.path = "/metrics",
       .query = "",
       .accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"},
      exposition);
  EXPECT_EQ(protobuf.content_type,
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited");
  EXPECT_EQ(protobuf.body, exposition.Protobuf());
}

}  // namespace
}  // namespace oneway::observe
