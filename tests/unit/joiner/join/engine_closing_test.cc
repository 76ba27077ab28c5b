// SPDX-License-Identifier: Apache-2.0
//
// How keys close and what their further events mean: semantics expire, late, extra, reuse, and the horizon.
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

using JoinEngineClosingTest = EngineTest;

// semantics: expire
TEST_F(JoinEngineClosingTest, AStartWithoutEndExpiresOnceTheClockHasPassedDeadlineAndGrace) {
  Apply(Start("push-7").At(0s));
  ClockIs(10min + 5s);
  EXPECT_EQ(Transcript(), "started(push-7)");
  ClockIs(10min + 6s);
  ClockIs(10min + 7s);
  EXPECT_EQ(Transcript(), "expired(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "EXPIRED(0s of 0s..0s until 1200s)");
  EXPECT_EQ(StoryOf("push-7"), "expired start=0s deadline=600s");
}

// semantics: expire
TEST_F(JoinEngineClosingTest, AnExpiryCountsAtTheDeadline) {
  Apply(Start("push-7").At(1s));
  Commit();
  engine_->OpenCommit(kStoryBegin + 11min);
  EXPECT_EQ(engine_->ExpireDue(100, decisions_), 1u);
  ASSERT_EQ(decisions_.counts.size(), 1u);
  EXPECT_EQ(decisions_.counts[0].at, kStoryBegin + 10min + 1s);
  EXPECT_EQ(decisions_.counts[0].started_at, kStoryBegin + 1s);
}

// semantics: expire. An outcome does not depend on how far the deadline ring has come.
TEST_F(JoinEngineClosingTest, AnOverdueKeyExpiresBeforeItsEndIsJudged) {
  Apply(Start("push-7").At(0s));
  Commit();
  engine_->OpenCommit(kStoryBegin + 11min);
  Apply(End("push-7").At(2s));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 2s) late_arrival(push-7)");
}

// semantics: expire
TEST_F(JoinEngineClosingTest, NoMoreKeysExpireAtOnceThanAskedFor) {
  for (int i = 0; i < 10; ++i) Apply(Start(std::to_string(i)).At(0s));
  Commit();
  engine_->OpenCommit(kStoryBegin + 11min);
  EXPECT_EQ(engine_->ExpireDue(4, decisions_), 4u);
  EXPECT_EQ(engine_->open_keys(), 6u);
  EXPECT_EQ(engine_->ExpireDue(7, decisions_), 6u);
  EXPECT_EQ(engine_->open_keys(), 0u);
}

// semantics: expire
TEST_F(JoinEngineClosingTest, ExpiryFindsKeysHoweverTheClockMoves) {
  for (int i = 0; i < 200; ++i) Apply(Start(std::to_string(i)).At(1s * i));
  ClockIs(1min);
  ClockIs(10min + 100s + 5s);
  EXPECT_EQ(engine_->open_keys(), 100u);
  for (int second = 105; second < 200; ++second) ClockIs(10min + 5s + 1s * second);
  EXPECT_EQ(engine_->open_keys(), 1u);
  ClockIs(24h);
  EXPECT_EQ(engine_->open_keys(), 0u);
}

// semantics: restart, expire
TEST_F(JoinEngineClosingTest, AnEarlierStartBringsTheDeadlineForward) {
  Apply(Start("push-7").At(30s));
  ClockIs(10min);
  Apply(Start("push-7").At(30s));
  ClockIs(10min + 1s);
  EXPECT_EQ(Transcript(), "started(push-7) duplicate(push-7)");
  flow::Rules rules = rules_;
  rules.retry_window = 20min;
  Reload(rules);
  ClockIs(10min + 2s);
  Apply(Start("push-7").At(1s));
  ClockIs(10min + 7s);
  EXPECT_EQ(Transcript(), "repeated_start(push-7) expired(push-7)");
}

// semantics: expire (configuration: open keys take a new ttl at once)
TEST_F(JoinEngineClosingTest, OpenKeysTakeANewTtlAtOnce) {
  Apply(Start("push-7").At(0s));
  ClockIs(2min);
  flow::Rules rules = rules_;
  rules.ttl = 1min;
  Reload(rules);
  EXPECT_EQ(Transcript(), "started(push-7)");
  ClockIs(2min + 1s);
  EXPECT_EQ(Transcript(), "expired(push-7)");
}

// semantics: expire (configuration: closed keys keep theirs)
TEST_F(JoinEngineClosingTest, ClosedKeysKeepTheirTtl) {
  Apply(Start("push-7").At(0s));
  ClockIs(11min);
  flow::Rules rules = rules_;
  rules.ttl = 1min;
  Reload(rules);
  ClockIs(11min + 1s);
  Apply(End("push-7").At(9min));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 540s) late_arrival(push-7)");
}

// semantics: late
TEST_F(JoinEngineClosingTest, EndAfterTtlIsLateAndNoSampleOfItsFlow) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(10min + 1s));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 601s)");
  EXPECT_EQ(RowsOf("push-7"), "LATE(0s +601s of 0s..601s until 1200s)");
  EXPECT_EQ(StoryOf("push-7"), "late start=0s end=601s latency=601s");
}

// semantics: late, dup, extra
TEST_F(JoinEngineClosingTest, OnlyTheFirstEndOfAnExpiredKeyIsLate) {
  Apply(Start("push-7").At(0s));
  ClockIs(11min);
  Apply(End("push-7").At(10min + 30s));
  Apply(End("push-7").At(10min + 30s));
  Apply(End("push-7").At(10min + 31s));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 630s) duplicate(push-7) extra_end(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "LATE(0s +630s of 0s..631s until 1200s)");
}

// semantics: late
TEST_F(JoinEngineClosingTest, AnExpiredKeyIsRememberedForItsLateWindow) {
  Apply(Start("push-7").At(0s));
  ClockIs(20min);
  Apply(End("push-7").At(19min));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 1140s)");
  ClockIs(24min);
  Apply(End("push-7").At(19min));
  EXPECT_EQ(Transcript(), "duplicate(push-7)");
  ClockIs(24min + 1s);
  Apply(End("push-7").At(19min));
  EXPECT_EQ(Transcript(), "too_late(push-7)");
}

// semantics: late
TEST_F(JoinEngineClosingTest, AfterTheLateWindowAnEndBelongsToNoLife) {
  Apply(Start("push-7").At(0s));
  ClockIs(20min + 1s);
  Apply(End("push-7").At(20min));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7)");
  EXPECT_EQ(StoryOf("push-7"), "early end=1200s");
}

// semantics: extra
TEST_F(JoinEngineClosingTest, ASecondEndNeverRevisesTheSample) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(5s));
  Apply(End("push-7").At(2s));
  Apply(End("push-7").At(8s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 5s) extra_end(push-7) extra_end(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +5s of 0s..8s)");
}

// semantics: reuse
TEST_F(JoinEngineClosingTest, AStartOfARememberedKeyBeginsNoNewLife) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(5s));
  Apply(Start("push-7").At(60s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 5s) reused_key(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +5s of 0s..60s)");
}

// semantics: reuse (horizon)
TEST_F(JoinEngineClosingTest, AKeyIsRememberedUntilTheHorizonHasPassedItsLatestEvent) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(5s));
  Apply(Start("push-7").At(60s));
  ClockIs(6min);
  Apply(Start("push-7").At(60s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 5s) reused_key(push-7) reused_key(push-7)");
  ClockIs(6min + 1s);
  Apply(Start("push-7").At(60s));
  EXPECT_EQ(Transcript(), "too_late(push-7)");
  EXPECT_EQ(engine_->closed_keys(), 0u);
  Apply(Start("push-7").At(2min));
  EXPECT_EQ(Transcript(), "started(push-7)");
}

// The horizon.
TEST_F(JoinEngineClosingTest, AnEventOlderThanTheHorizonBeginsNoLife) {
  ClockIs(10min);
  Apply(Start("start").At(5min - 1ms));
  Apply(End("end").At(5min - 1ms));
  EXPECT_EQ(Transcript(), "too_late(start) too_late(end)");
  Apply(Start("start").At(5min));
  EXPECT_EQ(Transcript(), "started(start)");
}

// The horizon.
TEST_F(JoinEngineClosingTest, AnEventOlderThanTheHorizonJoinsALifeThatIsOlderStill) {
  Apply(Start("push-7").At(10s));
  ClockIs(8min);
  Apply(End("push-7").At(9s));
  Apply(Start("push-7").At(9s));
  EXPECT_EQ(Transcript(), "started(push-7) too_late(push-7) too_late(push-7)");
  Apply(End("push-7").At(11s));
  EXPECT_EQ(Transcript(), "matched(push-7, 1s)");
}

// The horizon. What is forgotten as soon as it closes needs no memory: its events can only be too late.
TEST_F(JoinEngineClosingTest, AKeyWhoseEventsAreAllOlderThanTheHorizonIsForgottenOnceItCloses) {
  Apply(Start("push-7").At(10s));
  ClockIs(8min);
  Apply(End("push-7").At(11s));
  Apply(End("push-7").At(11s));
  Apply(End("push-7").At(12s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 1s) too_late(push-7) too_late(push-7)");
}

// The horizon never goes back, also when retry_window is made longer.
TEST_F(JoinEngineClosingTest, ALongerRetryWindowKeepsTheHorizonReached) {
  ClockIs(10min);
  flow::Rules rules = rules_;
  rules.horizon_floor = rules.Horizon(kStoryBegin + 10min);
  rules.retry_window = 30min;
  Reload(rules);
  ClockIs(10min + 1s);
  Apply(Start("push-7").At(4min));
  EXPECT_EQ(Transcript(), "too_late(push-7)");
}

// semantics: early (horizon)
TEST_F(JoinEngineClosingTest, AShorterRetryWindowGivesUpWaitingEndsAtOnce) {
  Apply(End("push-7").At(0s));
  ClockIs(1min);
  flow::Rules rules = rules_;
  rules.retry_window = 10s;
  Reload(rules);
  ClockIs(1min + 1s);
  EXPECT_EQ(Transcript(), "orphan(push-7)");
}

// semantics: late, neg
TEST_F(JoinEngineClosingTest, ALateEndBeforeItsStartKeepsItsSign) {
  Apply(Start("push-7").At(5s));
  Commit();
  flow::Rules rules = rules_;
  rules.retry_window = 30min;
  Reload(rules);
  ClockIs(11min);
  Apply(End("push-7").At(3s));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, -2s) late_arrival(push-7)");
}

TEST_F(JoinEngineClosingTest, FiguresAndWalkedCountsAgree) {
  Apply(Start("a").At(3s));
  Apply(Start("b").At(2s));
  Apply(Start("c").At(1s));
  Apply(End("c").At(2s));
  EXPECT_EQ(engine_->figures().at(0).open, 2u);
  EXPECT_EQ(engine_->CountOpen(), std::vector<uint64_t>{2});
  EXPECT_EQ(engine_->open_keys(), 2u);
  EXPECT_EQ(engine_->closed_keys(), 1u);
}

}  // namespace
}  // namespace oneway::join
