// SPDX-License-Identifier: Apache-2.0
//
// Concern: what closing means for the objective of the flow, and which keys are shown as exemplars.
#include "absl/strings/str_cat.h"
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

class EngineObjectiveTest : public EngineTest {
 protected:
  EngineObjectiveTest() {
    rules_.objective = flow::Objective{.under = 5s, .target = 0.99};
    Reload(rules_);
    Restart();
  }

  // "bucket:key", by bucket.
  std::string Exemplars() const {
    std::string shown;
    for (const ledger::Exemplar& exemplar : decisions_.exemplars.Of(flow::FlowId{0})) {
      absl::StrAppend(&shown, shown.empty() ? "" : " ", exemplar.bucket, ":", std::string(exemplar.key()));
    }
    return shown;
  }
};

TEST_F(EngineObjectiveTest, AMatchIsGoodUpToTheObjectiveExactly) {
  Apply(Start("a"));
  Apply(End("a").At(5s));
  Apply(Start("b"));
  Apply(End("b").At(5s + 1ms));
  EXPECT_EQ(Transcript(), "started(a) matched(a, 5s) good started(b) matched(b, 5001ms) missed");
}

TEST_F(EngineObjectiveTest, AnExpiryMissesAndItsLateEndChangesNothing) {
  Apply(Start("a"));
  ClockIs(11min);
  Apply(End("a").At(10min + 1s));
  EXPECT_EQ(Transcript(), "started(a) expired(a) missed late(a, 601s)");
}

TEST_F(EngineObjectiveTest, AnEarlyEndIsJudgedAsAnyOther) {
  Apply(End("a").At(4s));
  Apply(Start("a"));
  EXPECT_EQ(Transcript(), "started(a) matched(a, 4s) good early(a)");
}

TEST_F(EngineObjectiveTest, WhatHasNoLatencyIsNotJudged) {
  Apply(Start("a").At(2s));
  Apply(End("a").At(1s));
  Apply(Start("b"));
  Apply(Start("b").At(1s).OfGeneration(1));
  EXPECT_EQ(Transcript(), "started(a) matched(a, -1s) negative(a, 1s) started(b) superseded(b) started(b)");
}

TEST_F(EngineObjectiveTest, AnotherObjectiveJudgesOnlyWhatClosesAfterwards) {
  Apply(Start("a"));
  Apply(Start("b"));
  Apply(End("a").At(4s));
  rules_.objective->under = 3s;
  Reload(rules_);
  ClockIs(1s);
  Apply(End("b").At(4s));
  Apply(End("a").At(4s));
  EXPECT_EQ(Transcript(), "started(a) started(b) matched(a, 4s) good matched(b, 4s) missed duplicate(a)");
}

TEST_F(EngineObjectiveTest, WithoutAnObjectiveNothingIsJudged) {
  rules_.objective.reset();
  Reload(rules_);
  ClockIs(1s);
  Apply(Start("a"));
  Apply(End("a").At(1s));
  Apply(Start("b"));
  ClockIs(11min);
  EXPECT_EQ(Transcript(), "started(a) matched(a, 1s) started(b) expired(b)");
}

TEST_F(EngineObjectiveTest, AFanoutIsJudgedByItsDurationAndNotWhenItIsEmpty) {
  rules_.shape = flow::Shape::kFanout;
  Reload(rules_);
  Restart();
  Apply(Start("a").Expecting(1));
  Apply(PartEnded("a", "p").At(6s));
  Apply(Start("b"));
  Apply(Completed("b").At(1s));
  ClockIs(20s);
  Apply(Start("c").At(1s).Expecting(1));
  ClockIs(11min);
  EXPECT_EQ(Transcript(),
            "started(a) matched(a, 6s) missed started(b) empty matched(b, 1s) started(c) expired(c) missed");
}

TEST_F(EngineObjectiveTest, AKeyOfWhichEveryEndCountsIsJudgedOnceByItsFirstEnd) {
  rules_.ends = flow::Ends::kEvery;
  rules_.exemplars = flow::Exemplars::kKey;
  Reload(rules_);
  Restart();
  Apply(Start("a").Expecting(2));
  Apply(StoryEvent(event::Kind::kEnd, "a", "phone").At(4s));
  Apply(StoryEvent(event::Kind::kEnd, "a", "desk").At(9s));
  EXPECT_EQ(Transcript(), "started(a) end(a, 4s) end(a, 9s) of_ends matched(a, 4s..9s) good");
  EXPECT_EQ(Exemplars(), "10:a 12:a") << "each end gives a latency";
}

TEST_F(EngineObjectiveTest, ExemplarsAreTheKeysBehindLatencies) {
  rules_.exemplars = flow::Exemplars::kKey;
  Reload(rules_);
  Restart();
  Apply(Start("a"));
  Apply(End("a").At(4s));
  Apply(End("early").At(1s));
  Apply(Start("early"));
  Apply(Start("negative").At(2s));
  Apply(End("negative").At(1s));
  Apply(Start("expired"));
  ClockIs(11min);
  EXPECT_EQ(Exemplars(), "8:early 10:a");
}

TEST_F(EngineObjectiveTest, ExemplarsAreFingerprintsOrNoneAsTheFlowSays) {
  Apply(Start("a"));
  Apply(End("a").At(4s));
  EXPECT_TRUE(decisions_.exemplars.empty()) << "unless a flow asks for them";
  rules_.exemplars = flow::Exemplars::kHash;
  Reload(rules_);
  ClockIs(1s);
  Apply(Start("b"));
  Apply(End("b").At(4s));
  EXPECT_EQ(Exemplars(), "10:");
  EXPECT_EQ(decisions_.exemplars.Of(flow::FlowId{0})[0].fingerprint, FingerprintOf("b"));
}

}  // namespace
}  // namespace oneway::join
