// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_stats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/query/histogram_proto.h"

namespace oneway::query {
namespace {

using histogram::Histogram;
using std::chrono::seconds;

constexpr Time kNow{seconds(1'000'000)};

v1::LocalFlowStats Flow(const std::string& name, const Histogram& latency = {}) {
  v1::LocalFlowStats flow;
  flow.set_flow(name);
  *flow.mutable_latency() = ToProto(latency);
  return flow;
}

Histogram Samples(Duration latency, uint64_t count) {
  Histogram histogram;
  histogram.Record(latency, count);
  return histogram;
}

// Each element is what one joiner says.
v1::StatsReply Merge(const std::vector<std::vector<v1::LocalFlowStats>>& joiners) {
  StatsMerger merger({}, kNow);
  for (const std::vector<v1::LocalFlowStats>& flows : joiners) {
    v1::LocalStatsReply reply;
    for (const v1::LocalFlowStats& flow : flows) *reply.add_flows() = flow;
    EXPECT_TRUE(merger.Add(reply).ok());
  }
  return merger.Merged();
}

TEST(MergeStatsTest, PercentilesComeFromAllSamplesTogether) {
  const v1::StatsReply reply =
      Merge({{Flow("push", Samples(seconds(1), 98))}, {Flow("push", Samples(seconds(100), 2))}});
  ASSERT_EQ(reply.flows_size(), 1);
  const v1::FlowStats& push = reply.flows(0);
  EXPECT_EQ(push.samples(), 100u);
  EXPECT_NEAR(push.p50_seconds(), 1, 0.0055);  // the mean of the two medians would be 50.5
  EXPECT_NEAR(push.p95_seconds(), 1, 0.0055);
  EXPECT_NEAR(push.p99_seconds(), 100, 0.55);
  EXPECT_DOUBLE_EQ(push.mean_seconds(), (98 * 1 + 2 * 100) / 100.0);
  EXPECT_DOUBLE_EQ(push.min_seconds(), 1);
  EXPECT_DOUBLE_EQ(push.max_seconds(), 100);

  Histogram both = Samples(seconds(1), 98);
  both.Merge(Samples(seconds(100), 2));
  EXPECT_EQ(*FromProto(push.latency()), both);
}

TEST(MergeStatsTest, CompletionsAreMergedAndKeptApartFromTheLatencies) {
  v1::LocalFlowStats one = Flow("task", Samples(seconds(4), 1)), two = Flow("task"), other = Flow("mail");
  *one.mutable_completion() = ToProto(Samples(seconds(1), 2));
  *two.mutable_completion() = ToProto(Samples(seconds(3), 5));
  const v1::StatsReply reply = Merge({{one, other}, {two}});
  ASSERT_EQ(reply.flows_size(), 2);
  EXPECT_EQ(FromProto(reply.flows(0).completion())->count(), 0u);
  const v1::FlowStats& task = reply.flows(1);
  EXPECT_EQ(task.samples(), 1u);
  EXPECT_DOUBLE_EQ(task.max_seconds(), 4);
  Histogram both = Samples(seconds(1), 2);
  both.Merge(Samples(seconds(3), 5));
  EXPECT_EQ(*FromProto(task.completion()), both);
}

TEST(MergeStatsTest, StagesAreMergedByName) {
  const auto stage = [](const std::string& name, uint64_t count, const Histogram& latency) {
    v1::StageStats stats;
    stats.set_stage(name);
    stats.set_count(count);
    *stats.mutable_latency() = ToProto(latency);
    return stats;
  };
  v1::LocalFlowStats one = Flow("push"), two = Flow("push");
  *one.add_stages() = stage("sent", 2, Samples(seconds(4), 2));
  *one.add_stages() = stage("queued", 3, Samples(seconds(1), 3));
  *two.add_stages() = stage("queued", 5, Samples(seconds(2), 4));
  const v1::StatsReply reply = Merge({{one}, {two}});
  ASSERT_EQ(reply.flows(0).stages_size(), 2);
  const v1::StageStats& queued = reply.flows(0).stages(0);
  EXPECT_EQ(queued.stage(), "queued");
  EXPECT_EQ(queued.count(), 8u);
  Histogram both = Samples(seconds(1), 3);
  both.Merge(Samples(seconds(2), 4));
  EXPECT_EQ(*FromProto(queued.latency()), both);
  EXPECT_EQ(reply.flows(0).stages(1).stage(), "sent");
}

TEST(MergeStatsTest, EveryCounterIsSummed) {
  const google::protobuf::Descriptor* counters = v1::FlowCounters::descriptor();
  const google::protobuf::Reflection* reflection = v1::FlowCounters::GetReflection();
  v1::LocalFlowStats one = Flow("push"), two = Flow("push");
  for (int i = 0; i < counters->field_count(); ++i) {
    reflection->SetUInt64(one.mutable_counters(), counters->field(i), static_cast<uint64_t>(i) + 1);
    reflection->SetUInt64(two.mutable_counters(), counters->field(i), 1000);
  }
  const v1::StatsReply reply = Merge({{one}, {two}});
  for (int i = 0; i < counters->field_count(); ++i) {
    EXPECT_EQ(reflection->GetUInt64(reply.flows(0).counters(), counters->field(i)), static_cast<uint64_t>(i) + 1001)
        << counters->field(i)->name();
  }
}

TEST(MergeStatsTest, OpenKeysAreSummedAndTheOldestOfAllJoinersCounts) {
  v1::LocalFlowStats none_open = Flow("push"), old = Flow("push"), young = Flow("push");
  old.set_open(3);
  old.set_early_waiting(1);
  old.set_oldest_open_unix_nanos(ToUnixNanos(kNow - seconds(90)));
  young.set_open(4);
  young.set_early_waiting(2);
  young.set_oldest_open_unix_nanos(ToUnixNanos(kNow - seconds(5)));
  const v1::StatsReply reply = Merge({{none_open}, {young}, {old}});
  EXPECT_EQ(reply.flows(0).open(), 7u);
  EXPECT_EQ(reply.flows(0).early_waiting(), 3u);
  EXPECT_DOUBLE_EQ(reply.flows(0).oldest_open_seconds(), 90);
}

TEST(MergeStatsTest, WithoutOpenKeysOrWithOneStartedAheadOfOurClockTheAgeIsZero) {
  v1::LocalFlowStats ahead = Flow("ahead");
  ahead.set_open(1);
  ahead.set_oldest_open_unix_nanos(ToUnixNanos(kNow + seconds(3)));
  const v1::StatsReply reply = Merge({{ahead, Flow("none")}});
  EXPECT_EQ(reply.flows(0).oldest_open_seconds(), 0);
  EXPECT_EQ(reply.flows(1).oldest_open_seconds(), 0);
}

TEST(MergeStatsTest, FlowsComeByNameAndOnesWithoutSamplesAreAllZeros) {
  const v1::StatsReply reply = Merge({{Flow("task"), Flow("mail")}, {Flow("push"), Flow("mail")}});
  ASSERT_EQ(reply.flows_size(), 3);
  EXPECT_EQ(reply.flows(0).flow(), "mail");
  EXPECT_EQ(reply.flows(1).flow(), "push");
  EXPECT_EQ(reply.flows(2).flow(), "task");
  EXPECT_EQ(reply.flows(0).samples(), 0u);
  EXPECT_EQ(reply.flows(0).mean_seconds(), 0);
  EXPECT_EQ(reply.flows(0).p99_seconds(), 0);
}

TEST(MergeStatsTest, AnImpossibleHistogramRefusesTheWholeAnswer) {
  v1::LocalStatsReply reply;
  *reply.add_flows() = Flow("mail", Samples(seconds(1), 1));
  *reply.add_flows() = Flow("push", Samples(seconds(1), 1));
  reply.mutable_flows(1)->mutable_latency()->set_bucket_count(0, 0);
  StatsMerger merger({}, kNow);
  EXPECT_EQ(merger.Add(reply).message(), "flow push: histogram: bucket -1 is empty");
  EXPECT_EQ(merger.Merged().flows_size(), 0);
}

TEST(MergeStatsTest, AnImpossibleHistogramOfCompletionsDoesToo) {
  v1::LocalStatsReply reply;
  *reply.add_flows() = Flow("task", Samples(seconds(1), 1));
  *reply.mutable_flows(0)->mutable_completion() = ToProto(Samples(seconds(1), 1));
  reply.mutable_flows(0)->mutable_completion()->set_bucket_count(0, 0);
  StatsMerger merger({}, kNow);
  EXPECT_EQ(merger.Add(reply).message(), "flow task: histogram: bucket -1 is empty");
  EXPECT_EQ(merger.Merged().flows_size(), 0);
}

TEST(MergeStatsTest, RatesAreOverTheWindowAndNeverOverWhatHasNotHappenedYet) {
  v1::LocalFlowStats push = Flow("push");
  push.mutable_counters()->set_started(600);
  push.mutable_counters()->set_matched(300);
  v1::LocalStatsReply reply;
  *reply.add_flows() = push;
  StatsMerger past({.from = kNow - seconds(3600), .until = kNow - seconds(3000)}, kNow);
  ASSERT_TRUE(past.Add(reply).ok());
  EXPECT_DOUBLE_EQ(past.Merged().flows(0).started_per_second(), 1);
  EXPECT_DOUBLE_EQ(past.Merged().flows(0).matched_per_second(), 0.5);
  EXPECT_EQ(past.Merged().until_unix_nanos(), ToUnixNanos(kNow - seconds(3000)));

  StatsMerger present({.from = kNow - seconds(300), .until = kNow + seconds(3600)}, kNow);
  ASSERT_TRUE(present.Add(reply).ok());
  EXPECT_DOUBLE_EQ(present.Merged().flows(0).started_per_second(), 2);
  EXPECT_EQ(present.Merged().until_unix_nanos(), ToUnixNanos(kNow));

  EXPECT_EQ(Merge({{push}}).flows(0).started_per_second(), 0) << "since ever";
  EXPECT_EQ(Merge({{push}}).from_unix_nanos(), 0u);
}

v1::LocalSeriesStats Series(const std::string& os, uint64_t started, const Histogram& latency) {
  v1::LocalSeriesStats series;
  v1::Label& label = *series.add_labels();
  label.set_name("os");
  label.set_value(os);
  series.mutable_counters()->set_started(started);
  *series.mutable_latency() = ToProto(latency);
  return series;
}

TEST(MergeStatsTest, SeriesAreMergedByTheirLabelsAndComeWithThoseThatStartedMostFirst) {
  v1::LocalFlowStats one = Flow("push"), two = Flow("push");
  *one.add_series() = Series("ios", 5, Samples(seconds(1), 98));
  *one.add_series() = Series("web", 7, {});
  *two.add_series() = Series("ios", 4, Samples(seconds(100), 2));
  const v1::StatsReply reply = Merge({{one}, {two}});
  ASSERT_EQ(reply.flows(0).series_size(), 2);
  const v1::SeriesStats& ios = reply.flows(0).series(0);
  EXPECT_EQ(ios.labels(0).value(), "ios");
  EXPECT_EQ(ios.counters().started(), 9u);
  EXPECT_EQ(ios.samples(), 100u);
  EXPECT_NEAR(ios.p50_seconds(), 1, 0.0055);
  EXPECT_NEAR(ios.p99_seconds(), 100, 0.55);
  EXPECT_DOUBLE_EQ(ios.max_seconds(), 100);
  EXPECT_EQ(reply.flows(0).series(1).labels(0).value(), "web");
}

TEST(MergeStatsTest, OfACohortThoseThatExpiredOrAreOpenAreLongerThanAllThatMatched) {
  v1::LocalFlowStats one = Flow("push", Samples(seconds(1), 60)), two = Flow("push", Samples(seconds(2), 35));
  one.mutable_counters()->set_expired(2);
  *one.mutable_cohort_open() = ToProto(Samples(seconds(9), 1));
  *two.mutable_cohort_open() = ToProto(Samples(seconds(9), 2));
  const v1::FlowStats push = Merge({{one}, {two}}).flows(0);
  EXPECT_EQ(push.cohort_open(), 3u);
  EXPECT_NEAR(push.p50_seconds(), 1, 0.0055);
  EXPECT_NEAR(push.p95_seconds(), 2, 0.011);
  EXPECT_TRUE(std::isinf(push.p99_seconds()));
  EXPECT_DOUBLE_EQ(push.max_seconds(), 2) << "of those that matched";
  EXPECT_EQ(push.latency().bucket_count_size(), 2);
}

}  // namespace
}  // namespace oneway::query
