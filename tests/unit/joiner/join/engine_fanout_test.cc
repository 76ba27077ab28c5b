// SPDX-License-Identifier: Apache-2.0
//
// Stories of single fan-outs, one for each case of the semantics.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/event/event.h"
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

class EngineFanoutTest : public EngineTest {
 protected:
  EngineFanoutTest() {
    flow::Rules rules = rules_;
    rules.shape = flow::Shape::kFanout;
    rules.ttl = 60s;
    rules.settle = 2s;
    Reload(rules);
    ClockIs(0s);
  }

  // A task of two parts, out at 4 s and 7 s, declared complete at 5 s.
  void TellTask(const std::string& key) {
    Apply(Start(key));
    Apply(PartStarted(key, "a").At(1s));
    Apply(PartStarted(key, "b").At(2s));
    Apply(PartEnded(key, "a").At(4s));
    Apply(Completed(key).At(5s));
    Apply(PartEnded(key, "b").At(7s));
  }
};

// semantics: close, settle
TEST_F(EngineFanoutTest, DurationLastsUntilTheLastPartIsOutAndSettlingIsNoPartOfIt) {
  ClockIs(10s);
  TellTask("t");
  EXPECT_EQ(Transcript(), "started(t)");
  ClockIs(11999ms);
  EXPECT_EQ(Transcript(), "");
  EXPECT_EQ(StoryOf("t"), "open start=0s deadline=60s parts=2/2 completed=5s missing=0[] progress=7s");
  ClockIs(12s);
  EXPECT_EQ(Transcript(), "matched(t, 7s)");
  EXPECT_EQ(RowsOf("t"), "MATCHED(0s +7s of 0s..7s)");
  EXPECT_EQ(StoryOf("t"), "matched start=0s end=7s latency=7s");
}

// semantics: settle
TEST_F(EngineFanoutTest, PartThatComesWhileTheKeySettlesMakesItWaitAnew) {
  TellTask("t");
  ClockIs(1s);
  Apply(PartStarted("t", "c").At(2s));
  ClockIs(10s);
  EXPECT_EQ(Transcript(), "started(t)");
  Apply(PartEnded("t", "c").At(9s));
  ClockIs(11s);
  EXPECT_EQ(Transcript(), "");
  ClockIs(12s);
  EXPECT_EQ(Transcript(), "matched(t, 9s)");
}

// semantics: settle
TEST_F(EngineFanoutTest, RestartAndMovedRowsChangeNothingAboutSettling) {
  ClockIs(10s);
  TellTask("t");
  ClockIs(11s);
  Commit();
  engine_->Walk({.slots_max = hash::kSlotCount, .relocate_below = journal::Sequence{1 << 20}}, decisions_);
  Restart();
  ClockIs(11999ms);
  EXPECT_EQ(Transcript(), "started(t)");
  ClockIs(12s);
  EXPECT_EQ(Transcript(), "matched(t, 7s)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: settle, dup
TEST_F(EngineFanoutTest, RepeatedEventDoesNotProlongSettling) {
  ClockIs(10s);
  TellTask("t");
  ClockIs(11s);
  Apply(PartEnded("t", "b").At(7s));
  Apply(PartEnded("t", "b").At(6s));  // Another time, but an earlier one: nothing changes.
  ClockIs(12s);
  EXPECT_EQ(Transcript(), "started(t) duplicate(t) matched(t, 7s)");
}

// semantics: settle
TEST_F(EngineFanoutTest, KeyThatSettlesDoesNotExpire) {
  ClockIs(64s);
  TellTask("t");
  ClockIs(65500ms);
  EXPECT_EQ(Transcript(), "started(t)");
  ClockIs(66s);
  EXPECT_EQ(Transcript(), "matched(t, 7s)");
}

// semantics: close
TEST_F(EngineFanoutTest, ExpectedPartsCloseAtOnceWithoutACompletion) {
  Apply(Start("t").Expecting(2));
  Apply(PartEnded("t", "a").At(4s));
  EXPECT_EQ(StoryOf("t"), "open start=0s deadline=60s parts=1/1 expected=2 missing=1[] progress=4s");
  Apply(PartEnded("t", "b").At(3s));
  EXPECT_EQ(Transcript(), "started(t) matched(t, 4s)");
  Apply(Completed("t").At(5s));
  EXPECT_EQ(Transcript(), "");
}

// semantics: order
TEST_F(EngineFanoutTest, PartsMayEndBeforeAnythingElseIsKnown) {
  Apply(PartEnded("t", "b").At(7s));
  Apply(PartEnded("t", "a").At(4s));
  EXPECT_EQ(StoryOf("t"), "early parts=2/2 missing=0[] progress=7s");
  EXPECT_EQ(engine_->figures()[0].early_waiting, 1u);
  Apply(Completed("t").At(5s).Expecting(2));
  EXPECT_EQ(Transcript(), "");
  Apply(Start("t"));
  EXPECT_EQ(Transcript(), "started(t) matched(t, 7s)");
  EXPECT_EQ(engine_->figures()[0].early_waiting, 0u);
  EXPECT_EQ(engine_->figures()[0].open, 0u);
}

// semantics: latepart
TEST_F(EngineFanoutTest, PartAfterTheCloseIsLateAndChangesNothingButHowLongTheKeyIsRemembered) {
  Apply(Start("t").Expecting(1));
  Apply(PartEnded("t", "a").At(4s));
  EXPECT_EQ(Transcript(), "started(t) matched(t, 4s)");
  Apply(PartStarted("t", "b").At(5s));
  Apply(PartEnded("t", "b").At(9s));
  EXPECT_EQ(Transcript(), "late_part(t) late_part(t)");
  EXPECT_EQ(RowsOf("t"), "MATCHED(0s +4s of 0s..9s)");
}

// semantics: empty
TEST_F(EngineFanoutTest, TaskWithoutPartsMatchesEmpty) {
  Apply(Start("t"));
  Apply(Completed("t").At(3s));
  ClockIs(2s);
  EXPECT_EQ(Transcript(), "started(t) empty matched(t, 3s)");
  EXPECT_EQ(RowsOf("t"), "EMPTY(0s +3s of 0s..3s)");
  EXPECT_EQ(StoryOf("t"), "matched start=0s end=3s latency=3s empty");
  Restart();
  EXPECT_EQ(StoryOf("t"), "matched start=0s end=3s latency=3s empty");
  ClockIs(304s);
  EXPECT_EQ(StoryOf("t"), "absent");
}

// semantics: excess
TEST_F(EngineFanoutTest, PartsBeyondTheExpectedCountWhicheverComesFirst) {
  Apply(Start("t").Expecting(1));
  Apply(PartStarted("t", "a"));
  Apply(PartStarted("t", "b"));
  EXPECT_EQ(Transcript(), "started(t) excess_part(t)");
  Apply(PartStarted("u", "a"));
  Apply(PartStarted("u", "b"));
  Apply(PartStarted("u", "c"));
  Apply(Start("u").Expecting(1));
  EXPECT_EQ(Transcript(), "started(u) excess_part(u) excess_part(u)");
}

// semantics: excess
TEST_F(EngineFanoutTest, OfTwoExpectationsTheLargerHolds) {
  Apply(Start("t").Expecting(1));
  Apply(Completed("t").At(5s).Expecting(2));
  EXPECT_EQ(Transcript(), "started(t) excess_part(t)");
  Apply(PartEnded("t", "a").At(3s));
  EXPECT_EQ(Transcript(), "");
  Apply(PartEnded("t", "b").At(6s));
  EXPECT_EQ(Transcript(), "matched(t, 6s)");
}

// semantics: fexpire
TEST_F(EngineFanoutTest, ExpiredTaskTellsWhatIsMissing) {
  Apply(Start("t"));
  for (const char* part : {"a", "b", "c", "d", "e"}) Apply(PartStarted("t", part).At(1s));
  Apply(PartEnded("t", "b").At(9s));
  ClockIs(65s);
  EXPECT_EQ(Transcript(), "started(t)");
  ClockIs(66s);
  EXPECT_EQ(Transcript(), "expired(t)");
  const std::string story = "expired start=0s deadline=60s missing=4[a,c,d] progress=9s";
  EXPECT_EQ(StoryOf("t"), story);
  Apply(PartEnded("t", "a").At(62s));
  Apply(Completed("t").At(63s));
  EXPECT_EQ(Transcript(), "late_part(t) late_part(t)");
  EXPECT_EQ(StoryOf("t"), story);
  Restart();
  EXPECT_EQ(StoryOf("t"), story);
  EXPECT_EQ(RowsOf("t"), "STUCK(0s/9s parts=4 of 0s..63s until 660s)");
}

// semantics: fexpire
TEST_F(EngineFanoutTest, EventBeyondTheDeadlineExpiresTheKeyAtOnce) {
  Apply(Start("t").Expecting(2));
  Apply(PartEnded("t", "a").At(1s));
  Apply(PartEnded("t", "b").At(61s));
  EXPECT_EQ(Transcript(), "started(t) expired(t)");
  Apply(Completed("u").At(61s));
  Apply(Start("u"));
  EXPECT_EQ(Transcript(), "started(u) expired(u)");
}

// semantics: neg
TEST_F(EngineFanoutTest, PartsOutBeforeTheStartAreNegative) {
  Apply(Start("t").At(5s).Expecting(1));
  Apply(PartEnded("t", "a").At(3s));
  EXPECT_EQ(Transcript(), "started(t) matched(t, -2s) negative(t, 2s)");
}

// semantics: restart, reuse, dup
TEST_F(EngineFanoutTest, FurtherStartsAreThoseOfAPair) {
  Apply(Start("t").At(3s).Expecting(1));
  Apply(Start("t").At(1s));
  Apply(Start("t").At(1s));
  EXPECT_EQ(Transcript(), "started(t) repeated_start(t) duplicate(t)");
  Apply(PartEnded("t", "a").At(4s));
  EXPECT_EQ(Transcript(), "matched(t, 3s)");
  Apply(Start("t").At(2s));
  EXPECT_EQ(Transcript(), "reused_key(t)");
}

// semantics: dup
TEST_F(EngineFanoutTest, TheSameEventAgainIsADuplicate) {
  TellTask("t");
  Transcript();
  TellTask("t");
  EXPECT_EQ(Transcript(), "duplicate(t) duplicate(t) duplicate(t) duplicate(t) duplicate(t) duplicate(t)");
}

TEST_F(EngineFanoutTest, LatestOfRepeatedEndsCountsAndAllAreRemembered) {
  Apply(Start("t").At(10s).Expecting(2));
  Apply(PartEnded("t", "a").At(3s));
  Apply(PartEnded("t", "a").At(12s));
  Restart();
  Apply(PartEnded("t", "b").At(11s));
  EXPECT_EQ(Transcript(), "started(t) matched(t, 2s)");
  EXPECT_EQ(RowsOf("t"), "MATCHED(10s +2s of 3s..12s)");
}

// semantics: order
TEST_F(EngineFanoutTest, FanoutWhoseStartNeverComesIsAnOrphanOnceTheHorizonHasPassedAllOfIt) {
  Apply(PartEnded("t", "a").At(3s));
  Apply(PartEnded("t", "b").At(9s));
  ClockIs(309s);
  EXPECT_EQ(Transcript(), "");
  ClockIs(310s);
  EXPECT_EQ(Transcript(), "orphan(t)");
  EXPECT_EQ(RowsOf("t"), "");
  EXPECT_EQ(engine_->memory_bytes(), 0u);
  EXPECT_EQ(engine_->live_rows(), 0u);
  EXPECT_EQ(engine_->figures()[0].early_waiting, 0u);
}

TEST_F(EngineFanoutTest, EventsOfTheOtherShapeAreRefused) {
  Apply(Start("t"));
  Apply(End("t").At(1s));
  EXPECT_EQ(Transcript(), "started(t) invalid(t)");
}

TEST_F(EngineFanoutTest, KeyThatBeganUnderTheOtherShapeEndsAsWhatItIs) {
  Apply(Start("t"));
  flow::Rules pairs = rules_;
  pairs.shape = flow::Shape::kPair;
  Reload(pairs);
  ClockIs(1s);
  Apply(End("t").At(1s));
  Apply(Start("t").At(1s));
  EXPECT_EQ(Transcript(), "started(t) invalid(t) invalid(t)");
  ClockIs(66s);
  EXPECT_EQ(Transcript(), "expired(t)");
}

// A key that is due and was not touched since, because so many were due with it, closes when an event looks for it.
TEST_F(EngineFanoutTest, KeyOfTheOtherShapeThatIsOverdueIsRememberedAtOnce) {
  flow::Rules pairs = rules_;
  pairs.shape = flow::Shape::kPair;
  const flow::Rules fanouts = rules_;
  Apply(Start("fanout"));
  Reload(pairs);
  engine_->OpenCommit(kStoryBegin + 66s);
  Apply(End("fanout").At(62s));
  EXPECT_EQ(Transcript(), "started(fanout) expired(fanout) late(fanout, 62s)");

  Apply(Start("pair").At(66s));
  Reload(fanouts);
  engine_->OpenCommit(kStoryBegin + 140s);
  Apply(PartEnded("pair", "a").At(130s));
  EXPECT_EQ(Transcript(), "started(pair) expired(pair) late_part(pair)");
}

TEST_F(EngineFanoutTest, PartsOfOneKeyAreBounded) {
  Apply(Start("t"));
  for (size_t part = 0; part < event::kPartsMax; ++part) Apply(PartStarted("t", absl::StrCat(part)));
  EXPECT_EQ(Transcript(), "started(t)");
  Apply(PartStarted("t", "one too many"));
  EXPECT_EQ(Transcript(), "invalid(t)");
  Apply(PartEnded("t", "7").At(1s));
  EXPECT_EQ(Transcript(), "");
}

TEST_F(EngineFanoutTest, FullMemoryPutsNewFanoutsOffAndLetsKnownOnesGoOn) {
  JoinEngine::Options options = AllSlots();
  options.memory_bytes_max = 1;
  Use(std::move(options));
  Apply(Start("t"));
  Apply(PartEnded("t", "a").At(1s));
  Apply(Start("u"));
  EXPECT_EQ(Transcript(), "started(t) retry_after(u, 1000ms)");
}

TEST_F(EngineFanoutTest, PartWithoutItsKeyIsLostData) {
  Apply(PartEnded("t", "a"));
  Commit();
  std::erase_if(journal_.rows(), [](const auto& row) { return row.second.row.kind == journal::RowKind::kFanout; });
  Restart();
  EXPECT_EQ(engine_->FinishRestore().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace oneway::join
