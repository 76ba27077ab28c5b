// SPDX-License-Identifier: Apache-2.0
//
// Stories of stages between start and end.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

class EngineStageTest : public EngineTest {
 protected:
  void FlowIsAFanout() {
    rules_.shape = flow::Shape::kFanout;
    FlowIsOf(rules_);
  }
  void EveryEndCounts() {
    rules_.ends = flow::Ends::kEvery;
    FlowIsOf(rules_);
  }
  uint64_t EarlyWaiting() const { return engine_->figures().empty() ? 0 : engine_->figures()[0].early_waiting; }

 private:
  void FlowIsOf(const flow::Rules& rules) {
    Reload(rules);
    ClockIs(0s);
  }
};

// semantics: stage
TEST_F(EngineStageTest, StageOfAnOpenKeyCountsAtOnce) {
  Apply(Start("k"));
  Apply(Stage("k", "queued").At(2s));
  Apply(Stage("k", "sent").At(3s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 2s) stage(k, 3s)");
  EXPECT_EQ(RowsOf("k"), "START(0s of 0s..3s) STAGE(2s of 2s..2s) STAGE(3s of 3s..3s)");
  Apply(End("k").At(4s));
  EXPECT_EQ(Transcript(), "matched(k, 4s)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(0s +4s of 0s..4s)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: stage, dup
TEST_F(EngineStageTest, OfOneStageOnlyTheFirstCounts) {
  Apply(Start("k"));
  Apply(Stage("k", "queued").At(2s));
  Apply(Stage("k", "queued").At(2s));
  Apply(Stage("k", "queued").At(1s));
  Apply(Stage("k", "queued").At(9s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 2s) duplicate(k)");
  EXPECT_EQ(RowsOf("k"), "START(0s of 0s..9s) STAGE(2s of 2s..2s)");
}

// semantics: stage
TEST_F(EngineStageTest, LatencyCountsFromNotBeforeAndMayBeNegative) {
  Apply(Start("k").NotBefore(10s));
  Apply(Stage("k", "queued").At(4s));
  Apply(Stage("k", "sent").At(12s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, -6s) stage(k, 2s)");
}

// semantics: stage, early
TEST_F(EngineStageTest, StagesWaitForTheStartAndTheEarliestOfEachCounts) {
  Apply(Stage("k", "sent").At(5s));
  Apply(Stage("k", "queued").At(3s));
  Apply(Stage("k", "sent").At(4s));
  Apply(Stage("k", "sent").At(4s));
  EXPECT_EQ(Transcript(), "duplicate(k)");
  EXPECT_EQ(StoryOf("k"), "early");
  EXPECT_EQ(EarlyWaiting(), 3u);
  Restart();
  EXPECT_EQ(EarlyWaiting(), 3u);
  Apply(Start("k"));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 3s) stage(k, 4s)");
  EXPECT_EQ(EarlyWaiting(), 0u);
  EXPECT_EQ(RowsOf("k"), "STAGE(3s of 3s..3s) STAGE(4s of 4s..4s) START(0s of 0s..5s)");
}

// semantics: stage, early
TEST_F(EngineStageTest, WaitingStagesCountBeforeAWaitingEndCloses) {
  Apply(End("k").At(6s));
  Apply(Stage("k", "sent").At(5s));
  Apply(Start("k"));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 5s) matched(k, 6s) early(k)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(0s +6s of 0s..6s)");
}

// semantics: stage, early
TEST_F(EngineStageTest, WaitingStageThatTheHorizonPassesIsAnOrphan) {
  Apply(Stage("k", "queued").At(1s));
  Apply(Stage("k", "sent").At(20s));
  ClockIs(5min + 10s);
  EXPECT_EQ(Transcript(), "orphan(k)");
  EXPECT_EQ(RowsOf("k"), "STAGE(20s of 20s..20s)");
  Apply(Stage("k", "queued").At(1s));
  Apply(Start("k").At(5s));
  EXPECT_EQ(Transcript(), "too_late(k) too_late(k)");
  ClockIs(5min + 30s);
  EXPECT_EQ(Transcript(), "orphan(k)");
  EXPECT_EQ(StoryOf("k"), "absent");
  EXPECT_EQ(EarlyWaiting(), 0u);
  EXPECT_EQ(engine_->live_rows(), 0u);
  EXPECT_EQ(engine_->memory_bytes(), 0u);
}

// semantics: stage
TEST_F(EngineStageTest, StageOfARememberedKeyIsLateAndWidensItsLife) {
  Apply(Start("k"));
  Apply(End("k").At(4s));
  Apply(Stage("k", "sent").At(3s));
  Apply(Stage("k", "sent").At(3s));
  Apply(Stage("k", "read").At(9s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 4s) late_stage(k) late_stage(k) late_stage(k)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(0s +4s of 0s..9s)");
}

// semantics: stage, expire
TEST_F(EngineStageTest, StageBeyondTheDeadlineClosesNothing) {
  Apply(Start("k"));
  Apply(Stage("k", "sent").At(11min));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 660s)");
  EXPECT_EQ(StoryOf("k"), "open start=0s deadline=600s");
  ClockIs(10min + 6s);
  EXPECT_EQ(Transcript(), "expired(k)");
  EXPECT_EQ(RowsOf("k"), "EXPIRED(0s of 0s..660s until 1200s)");
}

// semantics: stage, gen
TEST_F(EngineStageTest, SupersededLifeTakesItsStagesAlong) {
  Apply(Start("k").OfGeneration(1));
  Apply(Stage("k", "sent").At(1s));
  Apply(Start("k").OfGeneration(2).At(5s));
  Apply(Stage("k", "sent").At(6s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s) superseded(k) started(k) stage(k, 1s)");
  EXPECT_EQ(RowsOf("k"), "START(5s of 0s..6s gen=2) STAGE(6s of 6s..6s)");
}

// semantics: stage
TEST_F(EngineStageTest, CountedStagesAreKnownAfterARestart) {
  Apply(Start("k"));
  Apply(Stage("k", "sent").At(1s));
  Transcript();
  Restart();
  Apply(Stage("k", "sent").At(1s));
  Apply(Stage("k", "sent").At(2s));
  EXPECT_EQ(Transcript(), "duplicate(k)");
  EXPECT_EQ(EarlyWaiting(), 0u);
}

// semantics: stage
TEST_F(EngineStageTest, ClosedLifeForgetsItsStagesAndTheNextBeginsWithNone) {
  Apply(Start("k"));
  Apply(Stage("k", "sent").At(1s));
  Apply(End("k").At(2s));
  ClockIs(6min);
  Transcript();
  Apply(Stage("k", "sent").At(6min));
  Restart();
  Apply(Start("k").At(6min - 1s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s)");
}

// semantics: stage
TEST_F(EngineStageTest, StagesOfAFanoutCountAndDoNotMakeItSettleAnew) {
  FlowIsAFanout();
  Apply(Stage("t", "split").At(2s));
  Apply(PartEnded("t", "a").At(3s));
  EXPECT_EQ(EarlyWaiting(), 2u);
  Apply(Start("t"));
  Apply(Completed("t").At(4s));
  EXPECT_EQ(Transcript(), "started(t) stage(t, 2s)");
  ClockIs(1s);
  Apply(Stage("t", "merged").At(5s));
  Restart();
  ClockIs(2s);
  EXPECT_EQ(Transcript(), "stage(t, 5s) matched(t, 3s)");
  EXPECT_EQ(RowsOf("t"), "MATCHED(0s +3s of 0s..5s)");
  Apply(Stage("t", "merged").At(6s));
  EXPECT_EQ(Transcript(), "late_stage(t)");
}

// semantics: stage, order
TEST_F(EngineStageTest, StagesOfAFanoutWithoutAStartWaitAsLongAsItsEvents) {
  FlowIsAFanout();
  Apply(Stage("t", "split").At(2s));
  Apply(PartEnded("t", "a").At(30s));
  ClockIs(5min + 10s);
  Restart();
  EXPECT_EQ(Transcript(), "");
  EXPECT_EQ(EarlyWaiting(), 2u);
  ClockIs(5min + 31s);
  EXPECT_EQ(Transcript(), "orphan(t) orphan(t)");
  EXPECT_EQ(EarlyWaiting(), 0u);
  EXPECT_EQ(engine_->live_rows(), 0u);
}

// semantics: stage, every
TEST_F(EngineStageTest, StagesOfAKeyOfSeveralEnds) {
  EveryEndCounts();
  Apply(Stage("k", "sent").At(1s));
  Apply(Start("k").Expecting(1));
  Apply(Stage("k", "sent").At(1s));
  Apply(Stage("k", "shown").At(2s));
  Apply(End("k").At(3s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s) duplicate(k) stage(k, 2s) end(k, 3s) of_ends matched(k, 3s..3s)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(0s +3s of 0s..3s)");
}

TEST_F(EngineStageTest, WhatAStageDoesNotTakeIsRefused) {
  Apply(Start("k"));
  Apply(Stage("k", "sent").OfGeneration(1));
  Apply(Stage("k", "sent").Expecting(1));
  EXPECT_EQ(Transcript(), "started(k) invalid(k) invalid(k)");
}

TEST_F(EngineStageTest, KeyHasManyStagesAtMost) {
  Apply(Start("k"));
  for (size_t i = 0; i < StagedKey::kMarksMax; ++i) Apply(Stage("k", absl::StrCat("s", i)).At(1s));
  Transcript();
  Apply(Stage("k", "more").At(1s));
  Apply(Stage("k", "s0").At(2s));
  EXPECT_EQ(Transcript(), "invalid(k)");
  Apply(End("k").At(3s));
  EXPECT_EQ(engine_->live_rows(), 1u);
}

TEST_F(EngineStageTest, WaitingStagesAreBoundedToo) {
  for (size_t i = 0; i < StagedKey::kMarksMax; ++i) Apply(Stage("k", "s").At(std::chrono::milliseconds(i)));
  Apply(Stage("k", "s").At(5s));
  EXPECT_EQ(Transcript(), "invalid(k)");
  Apply(Start("k"));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 0s)");
  EXPECT_EQ(engine_->live_rows(), 2u);
}

TEST_F(EngineStageTest, AtTheMemoryBoundOnlyStagesOfKnownKeysAreTaken) {
  JoinEngine::Options options = AllSlots();
  options.memory_bytes_max = 1;
  Use(options);
  Apply(Stage("k", "sent").At(1s));
  Apply(Stage("other", "sent").At(1s));
  EXPECT_EQ(Transcript(), "retry_after(other, 1000ms)");
  Apply(Stage("k", "read").At(2s));
  Apply(End("k").At(3s));
  Apply(Start("k"));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s) stage(k, 2s) matched(k, 3s) early(k)");
}

TEST_F(EngineStageTest, RowsOfStagesMoveWithTheWalk) {
  Apply(Start("k"));
  Apply(Stage("k", "sent").At(1s));
  Commit();
  EXPECT_EQ(engine_->Walk({.slots_max = hash::kSlotCount, .relocate_below = journal::Sequence{2}}, decisions_), 2u);
  Restart();
  Apply(Stage("k", "sent").At(1s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s) duplicate(k)");
  EXPECT_EQ(engine_->live_rows(), 2u);
}

TEST_F(EngineStageTest, KeyEndsAsWhatItBeganWhateverTheShapeOfItsFlowBecomes) {
  Apply(Start("k"));
  FlowIsAFanout();
  Apply(Stage("k", "sent").At(1s));
  EXPECT_EQ(Transcript(), "started(k) stage(k, 1s)");
}

}  // namespace
}  // namespace oneway::join
