// SPDX-License-Identifier: Apache-2.0
//
// How starts and ends of a key meet while it is open or waits: semantics match, early, restart, neg, dup.
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

using JoinEngineTest = EngineTest;

// semantics: match
TEST_F(JoinEngineTest, AStartAndItsEndMatch) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(2s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 2s)");
  EXPECT_EQ(StoryOf("push-7"), "matched start=0s end=2s latency=2s");
}

// semantics: match
TEST_F(JoinEngineTest, AnEndEmittedInTimeMatchesHoweverLateItArrives) {
  Apply(Start("push-7").At(0s));
  ClockIs(9min);
  Apply(End("push-7").At(2s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 2s)");
}

// semantics: match
TEST_F(JoinEngineTest, AnEndExactlyAtTheDeadlineMatches) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(10min));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 600s)");
}

TEST_F(JoinEngineTest, AKeyThatStartsAndEndsInOneCommitLeavesOneRow) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(2s));
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +2s of 0s..2s)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

TEST_F(JoinEngineTest, TheDoneRowTakesThePlaceOfTheStartRow) {
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(RowsOf("push-7"), "START(0s of 0s..0s)");
  Apply(End("push-7").At(2s));
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +2s of 0s..2s)");
}

TEST_F(JoinEngineTest, AnOpenKeyTellsItsDeadline) {
  Apply(Start("push-7").At(1s));
  EXPECT_EQ(StoryOf("push-7"), "open start=1s deadline=601s");
  EXPECT_EQ(StoryOf("push-8"), "absent");
}

TEST_F(JoinEngineTest, KeysOfAnyLengthKeepTheirBytes) {
  const std::string longest(event::kKeyBytesMax, 'k');
  Apply(Start(longest));
  Apply(End("x"));
  Commit();
  EXPECT_EQ(journal_.rows().begin()->second.key, longest);
  EXPECT_EQ(journal_.rows().rbegin()->second.key, "x");
}

TEST_F(JoinEngineTest, KindsThatPairsDoNotTakeAreRefused) {
  Apply({event::Kind::kPartStarted, "push-7"});
  Apply({event::Kind::kCompleted, "push-7"});
  EXPECT_EQ(Transcript(), "invalid(push-7) invalid(push-7)");
  EXPECT_EQ(StoryOf("push-7"), "absent");
}

// semantics: early
TEST_F(JoinEngineTest, AnEndThatComesFirstWaitsForItsStart) {
  Apply(End("push-7").At(2s));
  EXPECT_EQ(Transcript(), "");
  EXPECT_EQ(StoryOf("push-7"), "early end=2s");
  EXPECT_EQ(engine_->figures().at(0).early_waiting, 1u);
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 2s) early(push-7)");
  EXPECT_EQ(engine_->figures().at(0).early_waiting, 0u);
}

// semantics: early, extra
TEST_F(JoinEngineTest, OfSeveralWaitingEndsTheEarliestMatchesAndTheOthersAreExtra) {
  Apply(End("push-7").At(5s));
  Apply(End("push-7").At(2s));
  Apply(End("push-7").At(9s));
  EXPECT_EQ(RowsOf("push-7"), "END(5s of 5s..5s) END(2s of 2s..2s) END(9s of 9s..9s)");
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 2s) early(push-7) extra_end(push-7) extra_end(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +2s of 0s..9s)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: early, late
TEST_F(JoinEngineTest, AWaitingEndBeyondTheDeadlineExpiresTheKeyAndIsLate) {
  Apply(End("push-7").At(11min));
  Apply(End("push-7").At(12min));
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7) late(push-7, 660s) extra_end(push-7)");
  EXPECT_EQ(RowsOf("push-7"), "LATE(0s +660s of 0s..720s until 1200s)");
}

// semantics: early. The set of events decides, not the clock at which the last of them came.
TEST_F(JoinEngineTest, AnOverdueStartMatchesTheEndThatWaitsForIt) {
  flow::Rules rules = rules_;
  rules.ttl = 1min;
  Reload(rules);
  ClockIs(4min);
  Apply(End("push-7").At(30s));
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, 30s) early(push-7)");
}

// semantics: early
TEST_F(JoinEngineTest, BeyondTheBoundEndsCountAsExtraAndTheLatestIsKept) {
  for (size_t i = 0; i < EarlyKey::kEndsMax; ++i) Apply(End("push-7").At(1s * (i + 1)));
  EXPECT_EQ(Transcript(), "");
  Apply(End("push-7").At(500ms));
  Apply(End("push-7").At(2000s));
  EXPECT_EQ(Transcript(), "extra_end(push-7) extra_end(push-7)");
  EXPECT_EQ(engine_->figures().at(0).early_waiting, EarlyKey::kEndsMax);
  Apply(End("push-7").At(2000s));
  EXPECT_EQ(Transcript(), "duplicate(push-7)");
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(0s +1s of 0s..2000s)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: early, expire
TEST_F(JoinEngineTest, AWaitingEndIsOrphanOnceTheHorizonHasPassedIt) {
  Apply(End("push-7").At(2s));
  Apply(End("push-7").At(10s));
  ClockIs(5min + 2s);
  EXPECT_EQ(Transcript(), "");
  ClockIs(5min + 3s);
  EXPECT_EQ(Transcript(), "orphan(push-7)");
  EXPECT_EQ(StoryOf("push-7"), "early end=10s");
  ClockIs(6min);
  EXPECT_EQ(Transcript(), "orphan(push-7)");
  EXPECT_EQ(StoryOf("push-7"), "absent");
  EXPECT_EQ(RowsOf("push-7"), "");
  EXPECT_EQ(engine_->live_rows(), 0u);
}

// semantics: early
TEST_F(JoinEngineTest, AnOrphanSentAgainIsNoSecondOrphan) {
  Apply(End("push-7").At(2s));
  Apply(End("push-7").At(10s));
  ClockIs(5min + 3s);
  Apply(End("push-7").At(2s));
  EXPECT_EQ(Transcript(), "orphan(push-7) too_late(push-7)");
}

// semantics: dup
TEST_F(JoinEngineTest, TheSameEventAgainIsADuplicateInEveryState) {
  Apply(Start("open").At(0s));
  Apply(Start("open").At(0s));
  Apply(End("early").At(0s));
  Apply(End("early").At(0s));
  EXPECT_EQ(Transcript(), "started(open) duplicate(open) duplicate(early)");
  Apply(End("open").At(1s));
  Apply(End("open").At(1s));
  Apply(Start("open").At(0s));
  EXPECT_EQ(Transcript(), "matched(open, 1s) duplicate(open) duplicate(open)");
}

// semantics: dup
TEST_F(JoinEngineTest, ADuplicateWritesNothing) {
  Apply(Start("push-7").At(0s));
  Commit();
  Apply(Start("push-7").At(0s));
  EXPECT_TRUE(decisions_.rows.empty());
}

// semantics: dup
TEST_F(JoinEngineTest, ADuplicateOlderThanTheHorizonIsStillADuplicate) {
  Apply(Start("push-7").At(0s));
  ClockIs(8min);
  Apply(Start("push-7").At(0s));
  EXPECT_EQ(Transcript(), "started(push-7) duplicate(push-7)");
}

// semantics: restart
TEST_F(JoinEngineTest, OfSeveralStartsTheEarliestCounts) {
  Apply(Start("push-7").At(2s));
  Apply(Start("push-7").At(5s));
  Apply(Start("push-7").At(1s));
  EXPECT_EQ(RowsOf("push-7"), "START(1s of 1s..5s)");
  Apply(End("push-7").At(6s));
  EXPECT_EQ(Transcript(), "started(push-7) repeated_start(push-7) repeated_start(push-7) matched(push-7, 5s)");
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(1s +5s of 1s..6s)");
}

// semantics: restart
TEST_F(JoinEngineTest, WithStartLatestTheLatestCounts) {
  flow::Rules rules = rules_;
  rules.start = flow::StartPolicy::kLatest;
  Reload(rules);
  ClockIs(0s);
  Apply(Start("push-7").At(2s));
  Apply(Start("push-7").At(5s));
  Apply(Start("push-7").At(1s));
  EXPECT_EQ(RowsOf("push-7"), "START(5s of 1s..5s)");
  Apply(End("push-7").At(6s));
  EXPECT_EQ(Transcript(), "started(push-7) repeated_start(push-7) repeated_start(push-7) matched(push-7, 1s)");
}

// semantics: restart, dup
TEST_F(JoinEngineTest, ARepeatedStartSentAgainWritesNothingNew) {
  Apply(Start("push-7").At(2s));
  Apply(Start("push-7").At(5s));
  Commit();
  Apply(Start("push-7").At(5s));
  EXPECT_TRUE(decisions_.rows.empty());
  EXPECT_EQ(Transcript(), "started(push-7) repeated_start(push-7) repeated_start(push-7)");
}

// semantics: neg
TEST_F(JoinEngineTest, AnEndBeforeItsStartMatchesAsNegative) {
  Apply(Start("push-7").At(5s));
  Apply(End("push-7").At(3500ms));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, -1500ms) negative(push-7, 1500ms)");
  EXPECT_EQ(RowsOf("push-7"), "MATCHED(5s +-1500ms of 3500ms..5s)");
  Apply(End("push-7").At(3500ms));
  EXPECT_EQ(Transcript(), "duplicate(push-7)");
}

// semantics: neg, early
TEST_F(JoinEngineTest, AWaitingEndBeforeItsStartIsEarlyAndNegative) {
  Apply(End("push-7").At(3s));
  Apply(Start("push-7").At(5s));
  EXPECT_EQ(Transcript(), "started(push-7) matched(push-7, -2s) negative(push-7, 2s) early(push-7)");
}

TEST_F(JoinEngineTest, CountsSayWhereTheyBelong) {
  Apply(Start("push-7").At(1s));
  EXPECT_EQ(decisions_.counts.size(), 0u);
  engine_->Apply(Routed(End("push-7").At(4s)), decisions_);
  ASSERT_EQ(decisions_.counts.size(), 1u);
  EXPECT_EQ(decisions_.counts[0].at, kStoryBegin + 4s);
  EXPECT_EQ(decisions_.counts[0].started_at, kStoryBegin + 1s);
}

}  // namespace
}  // namespace oneway::join
