// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr uint64_t kStarted = 1'772'373'600'250'000'000;  // 2026-03-01T14:00:00.25Z

class GetTest : public VerbTest {
 protected:
  GetTest() {
    query_.key.set_state(v1::MATCHED);
    query_.key.set_started_unix_nanos(kStarted);
    query_.key.set_ended_unix_nanos(kStarted + 1'240'000'000);
    query_.key.set_latency_nanos(1'240'000'000);
    query_.key.set_joiner("joiner-0");
    query_.key.set_slot(17);
    query_.key.mutable_mark()->set_commit(42);
  }
};

TEST_F(GetTest, AMatchedKeyIsAShortStory) {
  EXPECT_EQ(Run({"get", "push", "k-1"}), 0);
  EXPECT_EQ(query_.key_request.flow(), "push");
  EXPECT_EQ(query_.key_request.key(), "k-1");
  EXPECT_THAT(out_.str(), StartsWith("k-1 of push matched: it took 1.24s\n  started   2026-03-01T"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  ended     2026-03-01T"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  joiner    joiner-0, slot 17, as of commit 42\n"));
}

TEST_F(GetTest, EachStateHasItsSentence) {
  const std::pair<v1::KeyState, const char*> sentences[] = {
      {v1::OPEN, "is open: it started "},
      {v1::EARLY, "is early: it ended "},
      {v1::EXPIRED, "expired: no end came in time"},
      {v1::LATE, "is late: it expired, and its end came after 1.24s"}};
  for (const auto& [state, sentence] : sentences) {
    query_.key.set_state(state);
    EXPECT_EQ(Run({"get", "push", "k"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr(sentence));
  }
}

TEST_F(GetTest, AnAbsentKeyHasAnExitCodeOfItsOwn) {
  query_.key.Clear();
  query_.key.set_state(v1::ABSENT);
  EXPECT_EQ(Run({"get", "push", "k"}), 3);
  EXPECT_THAT(out_.str(), HasSubstr("k of push is absent: never seen, or forgotten"));
}

TEST_F(GetTest, AsJson) {
  EXPECT_EQ(Run({"get", "push", "k\"1", "--json"}), 0);
  EXPECT_EQ(out_.str(),
            R"({"flow":"push","key":"k\"1","state":"matched","started":"2026-03-01T14:00:00.250000000Z",)"
            R"("ended":"2026-03-01T14:00:01.490000000Z","latency_nanos":1240000000,"joiner":"joiner-0","slot":17,)"
            R"("commit":42,"missing":[]})"
            "\n");
}

TEST_F(GetTest, AJoinerThatDoesNotAnswerIsNamed) {
  query_.key.Clear();
  AddMissing(*query_.key.mutable_missing());
  EXPECT_EQ(Run({"get", "push", "k"}), 2);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), "oneway: joiner joiner-1 did not answer (connection refused); its part is missing\n");
  EXPECT_EQ(Run({"get", "push", "k", "--json"}), 2);
  EXPECT_EQ(
      out_.str(),
      "{\"flow\":\"push\",\"key\":\"k\",\"missing\":[{\"joiner\":\"joiner-1\",\"reason\":\"connection refused\"}]}\n");
}

TEST_F(GetTest, WhatTheServerRefusesIsTold) {
  query_.status = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "flow is not 1 to 64 of [a-z0-9._-]");
  EXPECT_EQ(Run({"get", "Push", "k"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("refused: flow is not 1 to 64"));
}

TEST_F(GetTest, NobodyListeningIsTold) {
  StopServer();
  EXPECT_EQ(Run({"get", "push", "k"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("no Oneway partitioner answers at " + server_address_));
}

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
  EXPECT_EQ(out_.str(),
            R"({"flows":[{"flow":"push","started":1000,"matched":990,"expired":3,"superseded":0,"orphan":0,"late":1,)"
            R"("late_arrival":0,"negative":0,"early":0,"duplicate":0,"repeated_start":0,"reused_key":0,"extra_end":0,)"
            R"("stale":0,"open":7,"oldest_open_seconds":65,"early_waiting":0,"samples":990,"mean_seconds":1.5,)"
            R"("min_seconds":0,"p50_seconds":1.24,"p90_seconds":0,"p95_seconds":2.5,"p99_seconds":0.35,)"
            R"("p999_seconds":0,"max_seconds":0}],"missing":[{"joiner":"joiner-1","reason":"connection refused"}]})"
            "\n");
}

TEST_F(StatsTest, NoFlowAtAllIsTold) {
  query_.stats.Clear();
  EXPECT_EQ(Run({"stats"}), 0);
  EXPECT_EQ(out_.str(), "no flow has been seen\n");
  EXPECT_EQ(Run({"stats", "--flow", "push"}), 0);
  EXPECT_EQ(out_.str(), "flow push has not been seen\n");
}

class BalanceTest : public VerbTest {
 protected:
  BalanceTest() {
    v1::FlowBalance& push = *query_.balance.add_flows();
    push.set_flow("push");
    push.set_started(10);
    push.set_matched(6);
    push.set_expired(2);
    push.set_superseded(1);
    push.set_open(1);
    *query_.balance.mutable_total() = push;
    query_.balance.mutable_total()->clear_flow();
  }
};

TEST_F(BalanceTest, ABalancedClusterIsFine) {
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_EQ(out_.str(),
            "flow   started  matched  expired  superseded  open  unexplained\n"
            "push        10        6        2           1     1            0\n"
            "total       10        6        2           1     1            0\n"
            "balanced: every start is accounted for\n");
}

TEST_F(BalanceTest, AnUnexplainedStartIsAFinding) {
  query_.balance.mutable_total()->set_unexplained(2);
  EXPECT_EQ(Run({"balance"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("2 unexplained"));
  AddMissing(*query_.balance.mutable_missing());
  EXPECT_EQ(Run({"balance"}), 1);
}

TEST_F(BalanceTest, APartialBalanceIsNoVerdict) {
  AddMissing(*query_.balance.mutable_missing());
  EXPECT_EQ(Run({"balance"}), 2);
  EXPECT_THAT(out_.str(), Not(HasSubstr("every start")));
  EXPECT_THAT(err_.str(), HasSubstr("joiner-1"));
}

TEST_F(BalanceTest, AsJson) {
  EXPECT_EQ(Run({"balance", "--json"}), 0);
  EXPECT_EQ(out_.str(),
            R"({"started":10,"matched":6,"expired":2,"superseded":1,"open":1,"unexplained":0,"flows":[{"flow":"push",)"
            R"("started":10,"matched":6,"expired":2,"superseded":1,"open":1,"unexplained":0}],"missing":[]})"
            "\n");
}

TEST_F(BalanceTest, ColoursAreForTerminals) {
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
  console_.out_has_colours = true;
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\x1b[32mbalanced"));
}

using CommandLineTest = VerbTest;

TEST_F(CommandLineTest, EachVerbHelpsWithExamples) {
  for (const char* verb : {"send", "get", "stats", "balance"}) {
    EXPECT_EQ(Run({verb, "--help"}), 0) << verb;
    EXPECT_THAT(out_.str(), HasSubstr("Examples:\n  oneway " + std::string(verb)));
  }
}

TEST_F(CommandLineTest, AnUnknownVerbOrFlagIsAUsageError) {
  EXPECT_EQ(Run({"frobnicate"}), 64);
  EXPECT_EQ(Run({"stats", "--frobnicate"}), 64);
  EXPECT_EQ(Run({}), 64);
  EXPECT_NE(err_.str(), "");
}

TEST_F(CommandLineTest, TheServerMayBeNamedBehindTheVerb) {
  server_address_ = "127.0.0.1:1";
  EXPECT_EQ(Run({"balance", "--server", server_->target()}), 0);
}

TEST_F(CommandLineTest, VersionIsTold) {
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("0.1.0"));
}

}  // namespace
}  // namespace oneway::cli
