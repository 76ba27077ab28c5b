// SPDX-License-Identifier: Apache-2.0
//
// Concern: the oracle takes what may be for right, and nothing else.
#include "tests/crash/oracle/sent_flow.h"

#include <gtest/gtest.h>

namespace oneway::test::crash {
namespace {

using event::Kind;
using Verdict = KeyJudgement::Verdict;

constexpr uint32_t kStart = 1;
constexpr uint32_t kBoth = 3;
const Time kBase = FromUnixNanos(1'000'000);

SentFlow Pair(uint32_t intended, uint32_t acked, const char* flow = kPairFlow) {
  return {
      .plan = {.kind = FlowKind::kPair,
               .flow = flow,
               .key = "k",
               .events = {{.kind = Kind::kStart, .time = Duration(-40)}, {.kind = Kind::kEnd, .time = Duration(2)}}},
      .base = kBase,
      .intended = EventSet::Of(intended),
      .acked = EventSet::Of(acked)};
}

v1::KeyReply Reply(v1::KeyState state, int64_t latency_nanos = 0) {
  v1::KeyReply reply;
  reply.set_state(state);
  reply.set_latency_nanos(latency_nanos);
  if (state != v1::ABSENT && state != v1::EARLY) reply.set_started_unix_nanos(1'000'000 - 40);
  return reply;
}

TEST(SentFlowTest, AnAckedPairIsMatchedWithItsLatencyAndNothingElse) {
  const SentFlow flow = Pair(kBoth, kBoth);
  EXPECT_EQ(Judge(flow, Reply(v1::MATCHED, 42)).verdict, Verdict::kFine);
  EXPECT_EQ(Judge(flow, Reply(v1::MATCHED, 43)).verdict, Verdict::kWrong);
  EXPECT_EQ(Judge(flow, Reply(v1::LATE, 42)).verdict, Verdict::kWrong);
  EXPECT_EQ(Judge(flow, Reply(v1::OPEN)).verdict, Verdict::kLost);
  EXPECT_EQ(Judge(flow, Reply(v1::EARLY)).verdict, Verdict::kLost);
  EXPECT_EQ(Judge(flow, Reply(v1::ABSENT)).verdict, Verdict::kLost);
  EXPECT_EQ(Judge(flow, Reply(v1::EXPIRED)).verdict, Verdict::kLost);
}

TEST(SentFlowTest, AnotherStartThanTheOneThatWasSentIsWrong) {
  v1::KeyReply reply = Reply(v1::MATCHED, 42);
  reply.set_started_unix_nanos(reply.started_unix_nanos() + 1);
  EXPECT_EQ(Judge(Pair(kBoth, kBoth), reply).verdict, Verdict::kWrong);
}

TEST(SentFlowTest, WhatHasNoAnswerMayHaveArrivedOrNot) {
  const SentFlow flow = Pair(kBoth, kStart);
  EXPECT_EQ(Judge(flow, Reply(v1::OPEN)).verdict, Verdict::kFine);
  EXPECT_EQ(Judge(flow, Reply(v1::OPEN)).fate.state, v1::OPEN);
  EXPECT_EQ(Judge(flow, Reply(v1::MATCHED, 42)).fate.state, v1::MATCHED);
  EXPECT_EQ(Judge(flow, Reply(v1::ABSENT)).verdict, Verdict::kLost);
  EXPECT_EQ(Judge(Pair(kBoth, 0), Reply(v1::ABSENT)).verdict, Verdict::kFine);
}

TEST(SentFlowTest, WhatWasNeverSentCannotHaveArrived) {
  EXPECT_EQ(Judge(Pair(kStart, kStart), Reply(v1::MATCHED, 42)).verdict, Verdict::kWrong);
}

TEST(SentFlowTest, AnOpenKeyThatIsToExpireWaitsForTheClock) {
  const SentFlow flow = Pair(kStart, kStart, kBriefFlow);
  EXPECT_EQ(Judge(flow, Reply(v1::OPEN)).verdict, Verdict::kPending);
  EXPECT_EQ(Judge(flow, Reply(v1::EXPIRED)).verdict, Verdict::kFine);
}

// Any number but the first of a source that is a pair.
uint64_t FirstPairOf(const FlowSource& source) {
  uint64_t number = 0;
  while (PlanFlow(source, number).kind != FlowKind::kPair) ++number;
  return number;
}

TEST(SentFlowTest, LogsGiveWhatWasIntendedAndWhatWasAcked) {
  const FlowSource source{.seed = 1, .cycle = 2, .host = 3};
  const uint64_t number = FirstPairOf(source);
  Findings findings;
  const auto flows = SentFlowsOf(
      source, {.intents = {{number, 0, kBase}, {number, 1, kBase}}, .acks = {{number, 0, v1::OK}}}, findings);
  ASSERT_EQ(flows.size(), 1u);
  EXPECT_EQ(flows[0].intended, EventSet::Of(kBoth));
  EXPECT_EQ(flows[0].acked, EventSet::Of(kStart));
  EXPECT_EQ(flows[0].base, kBase);
  EXPECT_FALSE(flows[0].certain());
  EXPECT_TRUE(findings.none());
}

TEST(SentFlowTest, ARefusedEventIsLostAndAnAckOfNothingUnexplained) {
  const FlowSource source{.seed = 1, .cycle = 2, .host = 3};
  Findings findings;
  SentFlowsOf(source, {.intents = {{5, 0, kBase}}, .acks = {{5, 0, v1::TOO_LATE}, {6, 0, v1::OK}}}, findings);
  EXPECT_EQ(findings.lost, 1u);
  EXPECT_EQ(findings.unexplained, 1u);
}

}  // namespace
}  // namespace oneway::test::crash
