// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_timeline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/query/histogram_proto.h"

namespace oneway::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kUntil = Time{std::chrono::hours(500'000)};

v1::TimelineRequest Asked(v1::WindowBy by = v1::BY_END) {
  v1::TimelineRequest request;
  request.set_flow("push");
  request.set_window_seconds(180);
  request.set_step_seconds(60);
  request.set_until_unix_nanos(ToUnixNanos(kUntil));
  request.set_by(by);
  return request;
}

v1::LocalTimelineReply Local(const std::vector<std::vector<Duration>>& latencies) {
  v1::LocalTimelineReply reply;
  for (size_t i = 0; i < latencies.size(); ++i) {
    histogram::Histogram histogram;
    for (const Duration latency : latencies[i]) histogram.Record(latency);
    v1::TimelinePoint& point = *reply.add_points();
    point.set_from_unix_nanos(ToUnixNanos(kUntil - minutes(3) + i * minutes(1)));
    point.mutable_counters()->set_matched(latencies[i].size());
    *point.mutable_latency() = ToProto(histogram);
  }
  return reply;
}

TEST(MergeTimelineTest, PointsAreMergedOneByOne) {
  TimelineMerger merger(Asked());
  ASSERT_TRUE(merger.Add(Local({{seconds(1)}, {}, {seconds(1), seconds(1)}})).ok());
  ASSERT_TRUE(merger.Add(Local({{seconds(8)}, {}, {}})).ok());
  const v1::TimelineReply reply = merger.Merged();
  EXPECT_EQ(reply.step_seconds(), 60u);
  ASSERT_EQ(reply.points_size(), 3);
  EXPECT_EQ(reply.points(0).from_unix_nanos(), ToUnixNanos(kUntil - minutes(3)));
  EXPECT_EQ(reply.points(0).counters().matched(), 2u);
  EXPECT_NEAR(reply.points(0).p50_seconds(), 1, 0.0055);
  EXPECT_NEAR(reply.points(0).p99_seconds(), 8, 0.044);
  EXPECT_EQ(reply.points(1).p99_seconds(), 0);
  EXPECT_EQ(reply.points(2).counters().matched(), 2u);
}

TEST(MergeTimelineTest, OfStartsThoseThatNeverEndedCountAsLonger) {
  TimelineMerger merger(Asked(v1::BY_START));
  v1::LocalTimelineReply local = Local({{seconds(1)}, {seconds(1)}, {}});
  local.mutable_points(0)->set_cohort_open(1);
  local.mutable_points(1)->mutable_counters()->set_expired(2);
  ASSERT_TRUE(merger.Add(local).ok());
  const v1::TimelineReply reply = merger.Merged();
  EXPECT_NEAR(reply.points(0).p50_seconds(), 1, 0.0055);
  EXPECT_TRUE(std::isinf(reply.points(0).p90_seconds()));
  EXPECT_EQ(reply.points(0).cohort_open(), 1u);
  EXPECT_TRUE(std::isinf(reply.points(1).p50_seconds()));
}

TEST(MergeTimelineTest, OtherPointsThanThoseAskedForAreRefusedWhole) {
  TimelineMerger merger(Asked());
  EXPECT_EQ(merger.Add(Local({{seconds(1)}})).message(), "1 points instead of 3");
  v1::LocalTimelineReply shifted = Local({{seconds(1)}, {}, {}});
  shifted.mutable_points(2)->set_from_unix_nanos(7);
  EXPECT_EQ(merger.Add(shifted).message(), "point 2 begins elsewhere than asked");
  v1::LocalTimelineReply impossible = Local({{seconds(1)}, {seconds(1)}, {}});
  impossible.mutable_points(1)->mutable_latency()->set_bucket_count(0, 0);
  EXPECT_FALSE(merger.Add(impossible).ok());
  EXPECT_EQ(merger.Merged().points(0).counters().matched(), 0u);
}

}  // namespace
}  // namespace oneway::query
