// SPDX-License-Identifier: Apache-2.0
//
// Concern: in which series something counts, when start and end carry different labels.
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

class JoinEngineLabelsTest : public EngineTest {
 protected:
  void UseEnds() {
    rules_.ends = flow::Ends::kEvery;
    Reload(rules_);
    ClockIs(0s);
  }
  void UseFanouts() {
    rules_.shape = flow::Shape::kFanout;
    Reload(rules_);
    ClockIs(0s);
  }
};

StoryEvent EndOf(const std::string& key, const std::string& end_id) {
  return {event::Kind::kEnd, key, end_id};
}

// semantics: labels
TEST_F(JoinEngineLabelsTest, AnEndCompletesTheLabelsOfTheStart) {
  Apply(Start("push-7").Labelled("os=ios"));
  Apply(End("push-7").Labelled("zone=eu").At(2s));
  EXPECT_EQ(Transcript(), "started(os=ios) matched(os=ios zone=eu, 2s)");
}

// semantics: labels
TEST_F(JoinEngineLabelsTest, WhatTheStartSaysTheEndCannotChange) {
  Apply(Start("push-7").Labelled("os=ios"));
  Apply(End("push-7").Labelled("os=android zone=eu").At(2s));
  Apply(Start("push-8").Labelled("os=ios zone=us"));
  Apply(End("push-8").At(2s));
  EXPECT_EQ(Transcript(),
            "started(os=ios) matched(os=ios zone=eu, 2s) started(os=ios zone=us) matched(os=ios zone=us, 2s)");
}

// semantics: labels, early
TEST_F(JoinEngineLabelsTest, AnEndThatWaitedCompletesThemAllTheSame) {
  Apply(End("push-7").Labelled("zone=eu").At(2s));
  Apply(End("push-7").Labelled("zone=us").At(3s));
  Restart();
  Apply(Start("push-7").Labelled("os=ios"));
  EXPECT_EQ(Transcript(),
            "started(os=ios) matched(os=ios zone=eu, 2s) early(os=ios zone=eu) extra_end(os=ios zone=eu)");
}

// semantics: labels, neg
TEST_F(JoinEngineLabelsTest, ANegativeLatencyCountsWhereItsMatchDoes) {
  Apply(Start("push-7").Labelled("os=ios").At(5s));
  Apply(End("push-7").Labelled("zone=eu").At(2s));
  EXPECT_EQ(Transcript(), "started(os=ios) matched(os=ios zone=eu, -3s) negative(os=ios zone=eu, 3s)");
}

// semantics: labels, expire, late
TEST_F(JoinEngineLabelsTest, WhatExpiresCountsByItsStartAndWhatIsLateByBoth) {
  Apply(Start("push-7").Labelled("os=ios"));
  ClockIs(11min);
  Apply(End("push-7").Labelled("zone=eu").At(10min + 30s));
  Restart();
  Apply(End("push-7").Labelled("zone=us").At(10min + 40s));
  EXPECT_EQ(Transcript(), "started(os=ios) expired(os=ios) late(os=ios zone=eu, 630s) extra_end(os=ios zone=eu)");
}

// semantics: labels, restart
TEST_F(JoinEngineLabelsTest, OfSeveralStartsTheOneThatIsKeptHasTheLabels) {
  Apply(Start("push-7").Labelled("os=ios").At(5s));
  Apply(Start("push-7").Labelled("os=android").At(3s));
  Restart();
  Apply(Start("push-7").Labelled("os=web").At(4s));
  Apply(End("push-7").Labelled("zone=eu").At(6s));
  EXPECT_EQ(Transcript(),
            "started(os=ios) repeated_start(os=ios) repeated_start(os=android) matched(os=android zone=eu, 3s)");
}

// semantics: labels, gen
TEST_F(JoinEngineLabelsTest, EveryLifeHasTheLabelsOfItsOwnStart) {
  Apply(Start("push-7").Labelled("os=ios").OfGeneration(1));
  Apply(Start("push-7").Labelled("os=android").OfGeneration(2).At(1s));
  Apply(End("push-7").Labelled("zone=eu").OfGeneration(2).At(2s));
  EXPECT_EQ(Transcript(), "started(os=ios) superseded(os=ios) started(os=android) matched(os=android zone=eu, 1s)");
}

// semantics: labels, early
TEST_F(JoinEngineLabelsTest, AnEndWhoseStartNeverComesCountsByItself) {
  Apply(End("push-7").Labelled("zone=eu").At(2s));
  ClockIs(5min + 5s);
  EXPECT_EQ(Transcript(), "orphan(zone=eu)");
}

// semantics: labels, every
TEST_F(JoinEngineLabelsTest, EachOfSeveralEndsCompletesThemForItselfAndTheFirstForTheKey) {
  UseEnds();
  Apply(EndOf("message-7", "tablet").Labelled("os=android").At(3s));
  Restart();
  Apply(Start("message-7").Labelled("zone=eu").Expecting(2));
  Apply(EndOf("message-7", "phone").Labelled("os=ios").At(2s));
  EXPECT_EQ(Transcript(),
            "started(zone=eu) end(os=android zone=eu, 3s) end(os=ios zone=eu, 2s) "
            "of_ends matched(os=ios zone=eu, 2s..3s)");
}

// semantics: labels, every, late
TEST_F(JoinEngineLabelsTest, TheEarliestEndBeyondTheDeadlineCompletesTheLateKey) {
  UseEnds();
  Apply(EndOf("message-7", "tablet").Labelled("os=android").At(11min));
  Apply(EndOf("message-7", "phone").Labelled("os=ios").At(12min));
  Apply(Start("message-7").Labelled("zone=eu"));
  EXPECT_EQ(Transcript(),
            "started(zone=eu) expired(zone=eu) late(os=android zone=eu, 660s) extra_end(os=android zone=eu)");
}

// semantics: labels, close, order
TEST_F(JoinEngineLabelsTest, ThePartThatWasOutLastCompletesThoseOfAFanout) {
  UseFanouts();
  Apply(PartEnded("task-7", "a").Labelled("worker=1").At(4s));
  Apply(PartEnded("task-7", "b").Labelled("worker=2").At(3s));
  Apply(PartEnded("task-7", "a").Labelled("worker=3").At(2s));
  Restart();
  Apply(Start("task-7").Labelled("zone=eu").Expecting(2));
  EXPECT_EQ(Transcript(), "started(zone=eu) matched(worker=1 zone=eu, 4s)");
}

// semantics: labels, empty
TEST_F(JoinEngineLabelsTest, ItsCompletionCompletesThoseOfAnEmptyFanout) {
  UseFanouts();
  Apply(Completed("task-7").Labelled("worker=1").At(4s));
  Restart();
  Apply(Start("task-7").Labelled("zone=eu"));
  Restart();
  ClockIs(3s);
  EXPECT_EQ(Transcript(), "started(zone=eu) empty matched(worker=1 zone=eu, 4s)");
}

// semantics: labels, fexpire
TEST_F(JoinEngineLabelsTest, AFanoutThatExpiresCountsByItsStart) {
  UseFanouts();
  Apply(Start("task-7").Labelled("zone=eu"));
  Apply(PartStarted("task-7", "a").Labelled("worker=1").At(1s));
  ClockIs(11min);
  EXPECT_EQ(Transcript(), "started(zone=eu) expired(zone=eu)");
}

// semantics: labels, order
TEST_F(JoinEngineLabelsTest, AFanoutWhoseStartNeverComesCountsByItsFirstEvent) {
  UseFanouts();
  Apply(PartEnded("task-7", "a").Labelled("worker=1").At(1s));
  Apply(PartEnded("task-7", "b").Labelled("worker=2").At(2s));
  ClockIs(6min);
  EXPECT_EQ(Transcript(), "orphan(worker=1)");
}

}  // namespace
}  // namespace oneway::join
