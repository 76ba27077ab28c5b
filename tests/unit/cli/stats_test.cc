// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "common/histogram/histogram.h"
#include "common/query/histogram_proto.h"
#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class StatsTest : public VerbTest {
 protected:
  StatsTest() {
    v1::FlowStats& push = *query_.stats.add_flows();
    push.set_flow("push");
    push.mutable_counters()->set_started(1000);
    push.mutable_counters()->set_matched(990);
    push.mutable_counters()->set_expired(3);
    push.mutable_counters()->set_late(1);
    push.set_open(7);
    push.set_oldest_open_seconds(65);
    push.set_samples(990);
    push.set_mean_seconds(1.5);
    push.set_p50_seconds(1.24);
    push.set_p95_seconds(2.5);
    push.set_p99_seconds(0.35);
    query_.stats.add_flows()->set_flow("task");
  }
};

TEST_F(StatsTest, IsAnAlignedTable) {
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_EQ(out_.str(),
            "flow  started  matched  open  oldest  mean    p50   p95    p99  expired  late  orphan  early\n"
            "push     1000      990     7   1m05s  1.5s  1.24s  2.5s  350ms        3     1       0      0\n"
            "task        0        0     0       -     -      -     -      -        0     0       0      0\n");
  EXPECT_EQ(query_.stats_request.flow(), "");
  EXPECT_EQ(query_.stats_request.window_seconds(), 0u);
}

TEST_F(StatsTest, WhatOnlyFanoutsCountHasAColumnWhereAnyFlowHasIt) {
  v1::FlowCounters& task = *query_.stats.mutable_flows(1)->mutable_counters();
  task.set_late_part(12);
  task.set_excess_part(3);
  query_.stats.mutable_flows()->DeleteSubrange(0, 1);
  query_.stats.add_flows()->set_flow("quiet");
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_EQ(out_.str(),
            "flow   started  matched  open  oldest  mean  p50  p95  p99  expired  late  orphan  early  late_part"
            "  excess_part\n"
            "task         0        0     0       -     -    -    -    -        0     0       0      0         12"
            "            3\n"
            "quiet        0        0     0       -     -    -    -    -        0     0       0      0          0"
            "            0\n");
  task.Clear();
  task.set_empty(1);
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("early  empty\n"));
}

TEST_F(StatsTest, TheCompletionOfFanoutsWithoutAPartIsInTheJson) {
  query_.stats.mutable_flows()->DeleteSubrange(0, 1);
  v1::LatencyHistogram& completion = *query_.stats.mutable_flows(0)->mutable_completion();
  completion.set_zero_count(1);
  completion.add_bucket_index(63);
  completion.add_bucket_count(1);
  completion.set_sum_nanos_low(2'000'000'000);
  completion.set_max_nanos(2'000'000'000);
  EXPECT_EQ(Run({"stats", "--json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr(R"("completion":{"samples":2,"mean_seconds":1,"min_seconds":0,"p50_seconds":0,)"
                                    R"("p90_seconds":2,"p95_seconds":2,"p99_seconds":2,"p999_seconds":2,)"
                                    R"("max_seconds":2},"stages":[]})"));
}

TEST_F(StatsTest, StagesHaveATableOfTheirOwn) {
  const auto add_stage = [this](const std::string& name, uint64_t count, Duration latency) {
    v1::StageStats& stage = *query_.stats.mutable_flows(0)->add_stages();
    stage.set_stage(name);
    stage.set_count(count);
    histogram::Histogram samples;
    if (latency > Duration::zero()) samples.Record(latency, count);
    *stage.mutable_latency() = query::ToProto(samples);
  };
  add_stage("queued", 12, std::chrono::seconds(1));
  add_stage("skewed", 1, Duration::zero());
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_THAT(out_.str(), EndsWith("\n\n"
                                   "flow   stage  passed  mean  p50  p95  p99\n"
                                   "push  queued      12    1s   1s   1s   1s\n"
                                   "push  skewed       1     -    -    -    -\n"));
  EXPECT_EQ(Run({"stats", "--json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr(R"("stages":[{"stage":"queued","passed":12,"samples":12,"mean_seconds":1,)"));
}

TEST_F(StatsTest, FlowAndWindowAreAskedFor) {
  EXPECT_EQ(Run({"stats", "--flow", "push", "--window", "5m"}), 0);
  EXPECT_EQ(query_.stats_request.flow(), "push");
  EXPECT_EQ(query_.stats_request.window_seconds(), 300u);
  EXPECT_EQ(Run({"stats", "--window", "5"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("--window"));
}

TEST_F(StatsTest, AMissingJoinerIsToldAndTheRestShown) {
  AddMissing(*query_.stats.mutable_missing());
  EXPECT_EQ(Run({"stats"}), 2);
  EXPECT_THAT(out_.str(), HasSubstr("push     1000"));
  EXPECT_EQ(err_.str(), "oneway: joiner joiner-1 did not answer (connection refused); its part is missing\n");
}

TEST_F(StatsTest, AsJson) {
  query_.stats.mutable_flows()->RemoveLast();
  AddMissing(*query_.stats.mutable_missing());
  EXPECT_EQ(Run({"stats", "--json"}), 2);
  EXPECT_EQ(
      out_.str(),
      R"({"flows":[{"flow":"push","started":1000,"matched":990,"expired":3,"superseded":0,"orphan":0,"late":1,)"
      R"("late_arrival":0,"negative":0,"early":0,"duplicate":0,"repeated_start":0,"reused_key":0,"extra_end":0,)"
      R"("stale":0,"late_part":0,"empty":0,"excess_part":0,"end":0,"stage":0,"late_stage":0,"good":0,"valid":0,"open":7,)"
      R"("oldest_open_seconds":65,"early_waiting":0,"samples":990,"mean_seconds":1.5,)"
      R"("min_seconds":0,"p50_seconds":1.24,"p90_seconds":0,"p95_seconds":2.5,"p99_seconds":0.35,)"
      R"("p999_seconds":0,"max_seconds":0,"completion":{"samples":0,"mean_seconds":0,"min_seconds":0,)"
      R"("p50_seconds":0,"p90_seconds":0,"p95_seconds":0,"p99_seconds":0,"p999_seconds":0,)"
      R"("max_seconds":0},"stages":[]}],"missing":[{"joiner":"joiner-1","reason":"connection refused"}]})"
      "\n");
}

TEST_F(StatsTest, NoFlowAtAllIsTold) {
  query_.stats.Clear();
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_EQ(out_.str(), "no flow has been seen\n");
  EXPECT_EQ(Run({"stats", "--flow", "push"}), 0);
  EXPECT_EQ(out_.str(), "flow push has not been seen\n");
}

}  // namespace
}  // namespace oneway::cli
