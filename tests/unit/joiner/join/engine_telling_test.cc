// SPDX-License-Identifier: Apache-2.0
//
// Concern: whoever listens is told of every decision of a key with what is known of it, and nobody else costs anything.
#include "absl/strings/str_cat.h"
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

class EngineTellingTest : public EngineTest {
 protected:
  EngineTellingTest() { decisions_.keys = &told_; }

  // "matched(push-7 0s..2s, 2s)": the key, its start and end, and its latency, as far as they are known.
  std::string Told() {
    constexpr const char* kNames[] = {"", "started", "matched", "expired", "late", "superseded", "orphan"};
    std::string text;
    for (const DecidedKey& key : told_) {
      absl::StrAppend(&text, text.empty() ? "" : " ", kNames[static_cast<size_t>(key.what)], "(",
                      std::string(key.key.view()), " ", Since(key.start), "..", Since(key.end));
      if (key.latency != Duration::zero()) absl::StrAppend(&text, ", ", InWords(key.latency));
      text += ")";
    }
    told_.clear();
    return text;
  }

  std::vector<DecidedKey> told_;

 private:
  static std::string Since(Time time) { return time == kNoTime ? "" : InWords(time - kStoryBegin); }
};

TEST_F(EngineTellingTest, PairsFromTheirStartToTheirEnd) {
  Apply(Start("a").At(0s));
  Apply(End("a").At(2s));
  EXPECT_EQ(Told(), "started(a 0s..) matched(a 0s..2s, 2s)");
  Apply(End("b").At(3s));
  Apply(Start("b").At(1s));
  EXPECT_EQ(Told(), "started(b 1s..) matched(b 1s..3s, 2s)");
  Apply(Start("c").At(0s));
  Apply(End("c").At(11min));
  EXPECT_EQ(Told(), "started(c 0s..) expired(c 0s..) late(c 0s..660s, 660s)");
}

TEST_F(EngineTellingTest, ALateEndBringsTheKeyThatAClosedOneDoesNotKeep) {
  Apply(Start("a").At(0s));
  ClockIs(11min);
  EXPECT_EQ(Told(), "started(a 0s..) expired(a 0s..)");
  Apply(End("a").At(10min + 30s));
  EXPECT_EQ(Told(), "late(a 0s..630s, 630s)");
  Apply(End("b").At(11min));
  Apply(Start("b").At(30s));
  EXPECT_EQ(Told(), "") << "too late to begin";
}

TEST_F(EngineTellingTest, AnEndThatWaitedBeyondTheDeadlineIsLateWithItsKey) {
  rules_.ttl = 10s;
  Reload(rules_);
  Commit();
  Apply(End("a").At(20s));
  Apply(Start("a").At(0s));
  EXPECT_EQ(Told(), "started(a 0s..) expired(a 0s..) late(a 0s..20s, 20s)");
}

TEST_F(EngineTellingTest, GenerationsAndOrphans) {
  Apply(Start("a").At(0s).OfGeneration(1));
  Apply(Start("a").At(1s).OfGeneration(2));
  Apply(End("a").At(2s).OfGeneration(2));
  EXPECT_EQ(Told(), "started(a 0s..) superseded(a 0s..) started(a 1s..) matched(a 1s..2s, 1s)");
  Apply(End("b").At(1s));
  ClockIs(6min);
  EXPECT_EQ(Told(), "orphan(b ..1s)");
  Apply(Stage("c", "read").At(6min));
  ClockIs(12min);
  EXPECT_EQ(Told(), "orphan( ..360s)") << "a stage does not keep the bytes of its key";
}

TEST_F(EngineTellingTest, AFanoutWhenItsLastPartIsOut) {
  rules_.shape = flow::Shape::kFanout;
  Reload(rules_);
  Commit();
  Apply(PartEnded("a", "1").At(5s));
  Apply(Start("a").At(0s).Expecting(1));
  EXPECT_EQ(Told(), "started(a 0s..) matched(a 0s..5s, 5s)");
  Apply(PartEnded("b", "1").At(5s));
  ClockIs(6min);
  EXPECT_EQ(Told(), "orphan(b ..5s)");
}

TEST_F(EngineTellingTest, AKeyThatTheFlowHidesIsNotTold) {
  rules_.keys = flow::Keys::kHashed;
  Reload(rules_);
  Commit();
  Apply(Start("a").At(0s));
  Apply(End("a").At(2s));
  EXPECT_EQ(Told(), "started( 0s..) matched( 0s..2s, 2s)");
}

TEST_F(EngineTellingTest, AKeyThatTheFlowBeganToHideIsNotToldEither) {
  Apply(Start("a").At(0s));
  rules_.keys = flow::Keys::kHashed;
  Reload(rules_);
  ClockIs(1s);
  Apply(End("a").At(2s));
  EXPECT_EQ(Told(), "started(a 0s..) matched( 0s..2s, 2s)");
}

TEST_F(EngineTellingTest, TheSlowestArePickedAndTheOthersAreNot) {
  SlowKeys slow;
  decisions_.slow = &slow;
  rules_.labels = {"os"};
  Reload(rules_);
  Commit();
  for (int i = 1; i <= 20; ++i) {
    const std::string key = std::to_string(i);
    Apply(Start(key).At(0s).Labelled("os=a"));
    Apply(End(key).At(Duration(i % 2 == 0 ? i : 40 - i) * 1'000'000).Labelled("os=a"));
  }
  std::vector<DecidedKey> picked;
  slow.MoveTo(picked);
  std::sort(picked.begin(), picked.end(),
            [](const DecidedKey& a, const DecidedKey& b) { return a.latency > b.latency; });
  ASSERT_GE(picked.size(), SlowKeys::kSlowest);
  EXPECT_LT(picked.size(), 20u);
  for (size_t i = 0; i < SlowKeys::kSlowest; ++i) {
    EXPECT_EQ(picked[i].key.view(), std::to_string(2 * i + 1)) << "39 ms, 37 ms, ...";
  }
}

TEST_F(EngineTellingTest, EveryOpenKeyIsShownOnceWithItsDeadline) {
  Apply(Start("a").At(1s));
  Apply(Start("waits").At(1s).NotBefore(1min));
  Apply(Start("done").At(1s));
  Apply(End("done").At(2s));
  Apply(End("early").At(2s));
  std::map<std::string, std::string> shown;
  for (size_t slot = 0; slot < engine_->slot_count(); ++slot) {
    engine_->VisitOpen(slot, [&](const OpenKeyView& key) {
      std::string& text = shown[std::string(key.key)];
      absl::StrAppend(&text, InWords(key.start - kStoryBegin), " ", InWords(key.since - kStoryBegin), " ",
                      InWords(key.deadline - kStoryBegin));
    });
  }
  EXPECT_EQ(shown, (std::map<std::string, std::string>{{"a", "1s 1s 601s"}, {"waits", "1s 60s 660s"}}));
}

}  // namespace
}  // namespace oneway::join
