// SPDX-License-Identifier: Apache-2.0
//
// Concern: what a joiner tells of a window, of its series, of a cohort and of the ages of open keys.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "common/query/cohort.h"
#include "common/query/histogram_proto.h"
#include "joiner/report/bound_series.h"
#include "tests/unit/joiner/report/local_query_fixture.h"

namespace oneway::test {
namespace {

class LocalStatsTest : public LocalQueryTest {
 protected:
  explicit LocalStatsTest(const flow::Rules& push = {.labels = {"os"}}) : LocalQueryTest(push) {}

  oneway::v1::LocalFlowStats Stats(const oneway::v1::StatsRequest& request) {
    oneway::v1::LocalStatsReply reply;
    const grpc::Status status = service_.LocalStats(nullptr, &request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply.flows_size() == 0 ? oneway::v1::LocalFlowStats() : reply.flows(0);
  }
  static oneway::v1::StatsRequest Window(uint32_t seconds, Duration until = {}) {
    oneway::v1::StatsRequest request;
    request.set_window_seconds(seconds);
    if (until != Duration{}) request.set_until_unix_nanos(ToUnixNanos(time::FakeClock::At(until)));
    return request;
  }
  static TestEvent Of(TestEvent event, const std::string& os) {
    event.labels = {{"os", os}};
    return event;
  }
  // Quantile over all that started within the window.
  static double CohortQuantile(const oneway::v1::LocalFlowStats& stats, double quantile) {
    const uint64_t unended = query::FromProto(stats.cohort_open())->count() + stats.counters().expired();
    return query::PercentileSeconds(*query::FromProto(stats.latency()), unended, quantile);
  }
};

TEST_F(LocalStatsTest, AWindowMayEndInThePast) {
  joiner_.SendAndWait({Start("a", 5min), End("a", 5min + 1s), Start("b", 7min), End("b", 7min + 1s), Start("c", 9min)});
  EXPECT_EQ(Stats(Window(120, 7min)).counters().started(), 1u);
  EXPECT_EQ(Stats(Window(60, 8min)).counters().started(), 1u);
  EXPECT_EQ(Stats(Window(600, 8min)).counters().started(), 2u);
  EXPECT_EQ(Stats(Window(600)).counters().started(), 3u);
}

TEST_F(LocalStatsTest, SeriesAreToldOnlyWhenAskedForAndSumUpToTheFlow) {
  joiner_.SendAndWait({Of(Start("a", 9min), "ios"), End("a", 9min + 1s), Of(Start("b", 9min), "ios"),
                       Of(Start("c", 9min), "web"), Start("d", 9min), Stage("a", "read", 9min + 2s)});
  oneway::v1::StatsRequest request = Window(120);
  EXPECT_EQ(Stats(request).series_size(), 0);
  request.set_with_series(true);
  const oneway::v1::LocalFlowStats stats = Stats(request);
  std::map<std::string, uint64_t> started;
  uint64_t samples = 0;
  for (const auto& series : stats.series()) {
    started[series.labels_size() == 0 ? "" : series.labels(0).value()] = series.counters().started();
    samples += query::FromProto(series.latency())->count();
  }
  EXPECT_EQ(started, (std::map<std::string, uint64_t>{{"", 1}, {"ios", 2}, {"web", 1}}));
  EXPECT_EQ(samples, query::FromProto(stats.latency())->count());
  request = Window(60, 11min);
  request.set_with_series(true);
  EXPECT_EQ(Stats(request).series_size(), 0) << "none of them counted anything in it";
}

TEST(BoundSeriesTest, SeriesThatDoNotFitAreSummedUpAndTheSumStays) {
  oneway::v1::LocalFlowStats stats;
  histogram::Histogram one;
  one.Record(1s);
  for (uint32_t i = 0; i < 100; ++i) {
    oneway::v1::LocalSeriesStats& series = *stats.add_series();
    series.add_labels()->set_name("os" + std::to_string(i));
    series.mutable_counters()->set_started(i);
    series.set_cohort_open(1);
    *series.mutable_latency() = query::ToProto(one);
  }
  report::BoundSeries(1'000'000, stats);
  EXPECT_EQ(stats.series_size(), 100);
  report::BoundSeries(stats.series(50).ByteSizeLong() * 10, stats);
  ASSERT_GE(stats.series_size(), 9);
  ASSERT_LE(stats.series_size(), 12);
  EXPECT_EQ(stats.series(0).counters().started(), 99u);
  const oneway::v1::LocalSeriesStats& rest = stats.series(stats.series_size() - 1);
  EXPECT_EQ(rest.labels(0).name(), "__rest__");
  uint64_t started = 0;
  uint64_t samples = 0;
  uint64_t open = 0;
  for (const auto& series : stats.series()) {
    started += series.counters().started();
    samples += query::FromProto(series.latency())->count();
    open += series.cohort_open();
  }
  EXPECT_EQ(started, 99u * 100 / 2);
  EXPECT_EQ(samples, 100u);
  EXPECT_EQ(open, 100u);
}

TEST_F(LocalStatsTest, OpenAgesAreThoseOfEveryOpenKeyNow) {
  joiner_.SendAndWait({Start("a", 4min), Start("b", 8min), Start("c", 9min), End("c", 9min + 1s), End("d", 9min)});
  oneway::v1::StatsRequest request;
  EXPECT_FALSE(Stats(request).has_open_ages());
  request.set_with_open_ages(true);
  const auto ages = query::FromProto(Stats(request).open_ages());
  EXPECT_EQ(ages->count(), 2u);
  EXPECT_EQ(ages->max(), 6min);
  EXPECT_EQ(ages->min(), 2min);
}

TEST_F(LocalStatsTest, ACohortIsThoseThatStartedWithinTheWindowAndWhatBecameOfThem) {
  // Started before the window, ended within it: of the window, not of the cohort.
  joiner_.SendAndWait({Start("before", 8min), End("before", 9min + 40s)});
  std::vector<TestEvent> events;
  for (int i = 0; i < 8; ++i) {
    events.push_back(Start("in-time-" + std::to_string(i), 9min + 1s));
    events.push_back(End("in-time-" + std::to_string(i), 9min + 2s));
  }
  events.push_back(Of(Start("stuck-1", 9min + 1s), "ios"));
  events.push_back(Start("stuck-2", 9min + 1s));
  joiner_.SendAndWait(events);
  oneway::v1::StatsRequest request = Window(60, 10min);
  EXPECT_EQ(Stats(request).counters().matched(), 9u);
  request.set_by(oneway::v1::BY_START);
  request.set_with_series(true);
  const oneway::v1::LocalFlowStats cohort = Stats(request);
  EXPECT_EQ(cohort.counters().started(), 10u);
  EXPECT_EQ(cohort.counters().matched(), 8u);
  EXPECT_EQ(cohort.counters().expired(), 0u);
  EXPECT_EQ(query::FromProto(cohort.cohort_open())->count(), 2u);
  EXPECT_EQ(query::FromProto(cohort.cohort_open())->max(), 59s);
  EXPECT_NEAR(CohortQuantile(cohort, 0.8), 1, 0.0055);
  EXPECT_TRUE(std::isinf(CohortQuantile(cohort, 0.81)));
  uint64_t open_of_series = 0;
  for (const auto& series : cohort.series()) open_of_series += series.cohort_open();
  EXPECT_EQ(open_of_series, 2u);
}

// While flows are stuck and when they have expired at last, the percentile stays what it was; by ends it would be the
// fast ones' alone all the time.
TEST_F(LocalStatsTest, ThePercentileOfACohortDoesNotMoveWhenItsStuckFlowsExpire) {
  std::vector<TestEvent> events;
  for (int i = 0; i < 10; ++i) events.push_back(Start(std::to_string(i), 9min + 1s));
  for (int i = 0; i < 6; ++i) events.push_back(End(std::to_string(i), 9min + 2s));
  joiner_.SendAndWait(events);
  oneway::v1::StatsRequest request = Window(60, 10min);
  request.set_by(oneway::v1::BY_START);
  for (const char* when : {"stuck", "expired"}) {
    const oneway::v1::LocalFlowStats cohort = Stats(request);
    EXPECT_NEAR(CohortQuantile(cohort, 0.6), 1, 0.0055) << when;
    EXPECT_TRUE(std::isinf(CohortQuantile(cohort, 0.61))) << when;
    joiner_.PassTimeHearing(10min);
  }
  EXPECT_EQ(Stats(request).counters().expired(), 4u);
  EXPECT_EQ(query::FromProto(Stats(request).cohort_open())->count(), 0u);
}

TEST_F(LocalStatsTest, WhatCannotBeAnsweredIsRefused) {
  oneway::v1::StatsRequest request;
  request.set_until_unix_nanos(1);
  oneway::v1::LocalStatsReply reply;
  EXPECT_EQ(service_.LocalStats(nullptr, &request, &reply).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(LocalStatsTest, ATimelineHoldsEachMinuteOnceByEndOrByStart) {
  joiner_.SendAndWait({Start("a", 7min + 30s), End("a", 8min + 10s), Start("b", 8min + 1s), Start("c", 9min + 59s),
                       End("c", 9min + 59s + 500ms)});
  oneway::v1::TimelineRequest request;
  request.set_flow("push");
  request.set_window_seconds(180);
  request.set_until_unix_nanos(ToUnixNanos(time::FakeClock::At(10min)));
  const auto points_of = [&](oneway::v1::WindowBy by) {
    request.set_by(by);
    oneway::v1::LocalTimelineReply reply;
    EXPECT_TRUE(service_.LocalTimeline(nullptr, &request, &reply).ok());
    std::string text;
    for (const auto& point : reply.points()) {
      const Duration from = FromUnixNanos(point.from_unix_nanos()) - time::FakeClock::kBase;
      text += std::to_string(from / 1min) + "min:started=" + std::to_string(point.counters().started()) +
              ",matched=" + std::to_string(point.counters().matched()) +
              ",samples=" + std::to_string(query::FromProto(point.latency())->count()) +
              ",open=" + std::to_string(point.cohort_open()) + " ";
    }
    return text;
  };
  EXPECT_EQ(points_of(oneway::v1::BY_END),
            "7min:started=1,matched=0,samples=0,open=0 8min:started=1,matched=1,samples=1,open=0 "
            "9min:started=1,matched=1,samples=1,open=0 ");
  EXPECT_EQ(points_of(oneway::v1::BY_START),
            "7min:started=1,matched=1,samples=1,open=0 8min:started=1,matched=0,samples=0,open=1 "
            "9min:started=1,matched=1,samples=1,open=0 ");
  request.set_flow("pull");
  EXPECT_EQ(points_of(oneway::v1::BY_END),
            "7min:started=0,matched=0,samples=0,open=0 8min:started=0,matched=0,samples=0,open=0 "
            "9min:started=0,matched=0,samples=0,open=0 ");
}

TEST_F(LocalStatsTest, AJoinerTellsHowItIs) {
  joiner_.SendAndWait({Start("a", 9min), Start("b", 9min), End("b", 9min + 1s)});
  oneway::v1::JoinerNode node;
  ASSERT_TRUE(service_.LocalNode(nullptr, nullptr, &node).ok());
  EXPECT_EQ(node.joiner(), "joiner-0");
  EXPECT_EQ(node.slot_begin(), 0u);
  EXPECT_EQ(node.slot_end(), 4096u);
  EXPECT_EQ(node.shards(), 2u);
  EXPECT_EQ(node.open_keys(), 1u);
  EXPECT_EQ(node.remembered_keys(), 1u);
  EXPECT_GT(node.keys_bytes(), 0u);
  EXPECT_EQ(node.incarnation(), 1u);
  EXPECT_EQ(node.mark().commit(), static_cast<uint64_t>(store_.Durable().commit));
  EXPECT_FALSE(node.version().empty());
}

}  // namespace
}  // namespace oneway::test
