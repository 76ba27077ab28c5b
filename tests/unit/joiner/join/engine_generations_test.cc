// SPDX-License-Identifier: Apache-2.0
//
// Stories of keys that are used again, and of flows that were told to wait.
#include <gtest/gtest.h>

#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

using EngineGenerationsTest = EngineTest;

// semantics: gen
TEST_F(EngineGenerationsTest, StartOfAHigherGenerationSupersedes) {
  Apply(Start("k").OfGeneration(1));
  Apply(Start("k").OfGeneration(2).At(5s));
  EXPECT_EQ(Transcript(), "started(k) superseded(k) started(k)");
  Apply(End("k").OfGeneration(2).At(7s));
  EXPECT_EQ(Transcript(), "matched(k, 2s)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(5s +2s of 0s..7s gen=2)");
}

// semantics: gen
TEST_F(EngineGenerationsTest, EventsOfALowerGenerationAreStale) {
  Apply(Start("k").OfGeneration(2).At(5s));
  Apply(Start("k").OfGeneration(1));
  Apply(End("k").At(6s));
  EXPECT_EQ(Transcript(), "started(k) stale(k) stale(k)");
  Apply(End("k").OfGeneration(2).At(7s));
  Apply(End("k").OfGeneration(1).At(9s));
  EXPECT_EQ(Transcript(), "matched(k, 2s) stale(k)");
  EXPECT_EQ(RowsOf("k"), "MATCHED(5s +2s of 0s..9s gen=2)");
}

// semantics: gen, early
TEST_F(EngineGenerationsTest, EndOfAHigherGenerationWaitsBesideTheLife) {
  Apply(Start("k").OfGeneration(1));
  Apply(End("k").OfGeneration(2).At(9s));
  Restart();
  Apply(End("k").OfGeneration(1).At(1s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 1s)");
  Restart();
  Apply(Start("k").OfGeneration(2).At(5s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 4s) early(k)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: gen
TEST_F(EngineGenerationsTest, WaitingEndsOfLowerGenerationsWaitedInVain) {
  Apply(End("k").OfGeneration(1).At(1s));
  Apply(End("k").OfGeneration(3).At(3s));
  Apply(Start("k").OfGeneration(2));
  EXPECT_EQ(Transcript(), "stale(k) started(k)");
  EXPECT_EQ(engine_->figures()[0].early_waiting, 1u);
}

// semantics: reuse
TEST_F(EngineGenerationsTest, RememberedKeyBeginsAnotherLifeOnlyByAHigherGeneration) {
  Apply(Start("k").OfGeneration(1));
  Apply(End("k").OfGeneration(1).At(1s));
  Apply(Start("k").OfGeneration(1).At(2s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 1s) reused_key(k)");
  Apply(Start("k").OfGeneration(2).At(3s));
  EXPECT_EQ(Transcript(), "started(k)");
  EXPECT_EQ(RowsOf("k"), "START(3s of 0s..3s gen=2)");
}

// semantics: match
TEST_F(EngineGenerationsTest, LatencyAndDeadlineCountFromNotBefore) {
  Apply(Start("k").NotBefore(1h));
  EXPECT_EQ(StoryOf("k"), "open start=0s deadline=4200s");
  ClockIs(3620s);
  Restart();
  Apply(End("k").At(3610s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 10s)");
  EXPECT_EQ(StoryOf("k"), "matched start=0s end=3610s latency=10s");
}

// semantics: neg
TEST_F(EngineGenerationsTest, EndBeforeNotBeforeIsNegative) {
  Apply(Start("k").NotBefore(1h));
  Apply(End("k").At(3590s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, -10s) negative(k, 10s)");
}

// semantics: expire, late
TEST_F(EngineGenerationsTest, LateLatencyCountsFromNotBeforeToo) {
  Apply(Start("k").NotBefore(1h));
  ClockIs(4206s);
  Apply(End("k").At(4230s));
  EXPECT_EQ(Transcript(), "started(k) expired(k) late(k, 630s)");
}

TEST_F(EngineGenerationsTest, NotBeforeOfThePastChangesNothing) {
  Apply(Start("k").At(10s).NotBefore(5s));
  Apply(End("k").At(12s));
  EXPECT_EQ(Transcript(), "started(k) matched(k, 2s)");
}

}  // namespace
}  // namespace oneway::join
