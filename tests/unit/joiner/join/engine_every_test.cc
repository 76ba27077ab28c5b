// SPDX-License-Identifier: Apache-2.0
//
// Stories of pairs of which every end counts.
#include <gtest/gtest.h>

#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

StoryEvent EndOf(std::string key, std::string device) {
  return {event::Kind::kEnd, std::move(key), std::move(device)};
}

class EngineEveryTest : public EngineTest {
 protected:
  EngineEveryTest() {
    flow::Rules rules = rules_;
    rules.ends = flow::Ends::kEvery;
    rules.ttl = 60s;
    Reload(rules);
    ClockIs(0s);
  }
};

// semantics: every
TEST_F(EngineEveryTest, EveryEndGivesItsLatencyAtOnceAndTheDeadlineCloses) {
  Apply(Start("m"));
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "laptop").At(5s));
  EXPECT_EQ(Transcript(), "started(m) end(m, 2s) end(m, 5s)");
  EXPECT_EQ(StoryOf("m"), "open start=0s deadline=60s parts=2/2 missing=0[] progress=5s");
  ClockIs(65s);
  EXPECT_EQ(Transcript(), "");
  ClockIs(66s);
  EXPECT_EQ(Transcript(), "of_ends matched(m, 2s..5s)");
  EXPECT_EQ(RowsOf("m"), "MATCHED(0s +5s of 0s..5s)");
}

// semantics: every
TEST_F(EngineEveryTest, ExpectedEndsCloseAtOnce) {
  Apply(Start("m").Expecting(2));
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "laptop").At(1s));
  EXPECT_EQ(Transcript(), "started(m) end(m, 2s) end(m, 1s) of_ends matched(m, 1s..2s)");
  Apply(EndOf("m", "watch").At(3s));
  EXPECT_EQ(Transcript(), "extra_end(m)");
}

// semantics: every, dup, extra
TEST_F(EngineEveryTest, OneEndIdCountsOnce) {
  Apply(Start("m"));
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "phone").At(1s));
  EXPECT_EQ(Transcript(), "started(m) end(m, 2s) duplicate(m) extra_end(m)");
}

// semantics: every, expire
TEST_F(EngineEveryTest, WithoutAnyEndItExpires) {
  Apply(Start("m"));
  ClockIs(66s);
  EXPECT_EQ(Transcript(), "started(m) expired(m)");
  Apply(EndOf("m", "phone").At(70s));
  EXPECT_EQ(Transcript(), "late(m, 70s)");
}

// semantics: every, early
TEST_F(EngineEveryTest, EndsWaitForTheirStartAndSurviveARestart) {
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "laptop").At(70s));
  EXPECT_EQ(engine_->figures()[0].early_waiting, 2u);
  Restart();
  EXPECT_EQ(engine_->figures()[0].early_waiting, 2u);
  Apply(Start("m"));
  EXPECT_EQ(Transcript(), "started(m) end(m, 2s) of_ends matched(m, 2s..2s) extra_end(m)");
  EXPECT_EQ(engine_->live_rows(), 1u);
}

// semantics: every, early
TEST_F(EngineEveryTest, EndsWhoseStartNeverComesAreOrphansEach) {
  Apply(EndOf("m", "phone").At(2s));
  Apply(EndOf("m", "laptop").At(5s));
  ClockIs(306s);
  EXPECT_EQ(Transcript(), "orphan(m) orphan(m)");
  EXPECT_EQ(engine_->memory_bytes(), 0u);
}

// semantics: every, neg
TEST_F(EngineEveryTest, EndBeforeTheStartIsNegative) {
  Apply(Start("m").At(5s));
  Apply(EndOf("m", "phone").At(2s));
  EXPECT_EQ(Transcript(), "started(m) end(m, -3s) negative(m, 3s)");
}

TEST_F(EngineEveryTest, GenerationsAreRefused) {
  Apply(Start("m").OfGeneration(1));
  EXPECT_EQ(Transcript(), "invalid(m)");
}

}  // namespace
}  // namespace oneway::join
