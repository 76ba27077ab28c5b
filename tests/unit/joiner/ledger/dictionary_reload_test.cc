// SPDX-License-Identifier: Apache-2.0
//
// Concern: what a reload of the configuration makes of flows that are numbered already.
#include "tests/unit/joiner/ledger/dictionary_fixture.h"

namespace oneway::ledger {
namespace {

TEST_F(DictionaryTest, AReloadGivesNewRulesToAllFlowsAndKeepsTheirNumbers) {
  Open({.configured = {RulesOf("push"), RulesOf("mail")}});
  const flow::FlowId push = Intern("push").flow;
  const flow::FlowId seen = Intern("seen").flow;
  Commit();
  flow::Rules configured = RulesOf("seen");
  configured.ttl = 1min;
  flow::Rules defaults;
  defaults.ttl = 2min;
  const Dictionary::Reloaded reloaded = dictionary_->Reload({RulesOf("mail"), configured}, defaults, kNow);
  EXPECT_THAT(reloaded.reshaped, ::testing::IsEmpty());
  EXPECT_EQ(reloaded.changed, 2u);
  EXPECT_EQ(Intern("seen").flow, seen);
  EXPECT_EQ(Intern("push").flow, push);
  EXPECT_EQ(Rules("seen").ttl, 1min);
  EXPECT_EQ(Rules("push").ttl, 2min) << "configured no more, so it takes the defaults";
  EXPECT_EQ(Rules("push").name, "push");
  EXPECT_EQ(Rules("later").ttl, 2min);
}

TEST_F(DictionaryTest, AReloadOfTheSameRulesPublishesNothing) {
  Open({.configured = {RulesOf("push")}});
  const flow::Rules* before = &Rules("push");
  EXPECT_EQ(dictionary_->Reload({RulesOf("push")}, {}, kNow).changed, 0u);
  EXPECT_EQ(&Rules("push"), before);
  EXPECT_EQ(dictionary_->generation(), 0u);
  EXPECT_EQ(dictionary_->Reload({RulesOf("push", 6min)}, {}, kNow).changed, 1u);
  EXPECT_EQ(dictionary_->generation(), 1u);
}

TEST_F(DictionaryTest, AReloadKeepsTheHorizonThatALongerRetryWindowWouldBringBack) {
  Open({.configured = {RulesOf("push", 5min)}});
  Commit();
  dictionary_->Reload({RulesOf("push", 60min)}, {}, kNow + 1min);
  EXPECT_EQ(Commit(), 1u) << "stored with the next commit";
  EXPECT_EQ(Rules("push").Horizon(kNow + 1min), kNow + 1min - 5min);
  EXPECT_EQ(Rules("push").Horizon(kNow + 2h), kNow + 1h);
  Commit();

  Open({.configured = {RulesOf("push", 60min)}}, kNow + 2min);
  EXPECT_EQ(Rules("push").Horizon(kNow + 2min), kNow + 1min - 5min) << "a restart does not bring it back either";
  EXPECT_EQ(Commit(), 0u);
}

TEST_F(DictionaryTest, AReloadThatWouldReshapeAFlowInUseChangesNothing) {
  Open({.configured = {RulesOf("push")}});
  Intern("task");
  Commit();
  flow::Rules push = RulesOf("push");
  push.ttl = 1min;
  flow::Rules task = RulesOf("task");
  task.shape = flow::Shape::kFanout;
  EXPECT_THAT(dictionary_->Reload({push, task}, {}, kNow).reshaped, ::testing::ElementsAre("task"));
  EXPECT_EQ(Commit(), 0u);
  EXPECT_EQ(Rules("push").ttl, 10min);
  EXPECT_EQ(Rules("task").shape, flow::Shape::kPair);
  EXPECT_EQ(dictionary_->generation(), 0u);

  flow::Rules fanouts;
  fanouts.shape = flow::Shape::kFanout;
  EXPECT_THAT(dictionary_->Reload({push}, fanouts, kNow).reshaped, ::testing::ElementsAre("task"))
      << "also by the defaults";
  EXPECT_EQ(Rules("never-seen").shape, flow::Shape::kPair) << "the defaults are those of before";

  flow::Rules fresh = task;
  fresh.name = "fresh";
  EXPECT_EQ(dictionary_->Reload({push, fresh}, {}, kNow).changed, 2u) << "one that nobody used may have any shape";
  EXPECT_EQ(Rules("fresh").shape, flow::Shape::kFanout);
}

TEST_F(DictionaryTest, ReloadedLabelsAndBoundsCountForWhatIsInternedAfterwards) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os"};
  push.max_series = 1;
  Open({.configured = {push}});
  const SeriesRef ios = Intern("push", {{"os", "ios"}, {"zone", "a"}});
  const SeriesRef overflow = Intern("push", {{"os", "android"}});
  push.labels = {"zone", "os"};
  push.max_series = 3;
  dictionary_->Reload({push}, {}, kNow);
  const SeriesRef finer = Intern("push", {{"os", "ios"}, {"zone", "a"}});
  EXPECT_EQ(finer.flow, ios.flow);
  EXPECT_EQ(dictionary_->NameOf(finer.series).labels, (Labels{{"os", "ios"}, {"zone", "a"}}));
  EXPECT_EQ(dictionary_->NameOf(Intern("push", {{"os", "android"}}).series).labels, (Labels{{"os", "android"}}));
  EXPECT_EQ(Intern("push", {{"os", "web"}}), overflow);
}

TEST_F(DictionaryTest, AReloadCountsAnewHowManyFlowsAreUnconfigured) {
  flow::Rules defaults;
  Open({.configured = {RulesOf("push")}, .defaults = defaults, .unconfigured_max = 1});
  Intern("a");
  const flow::FlowId other = Intern("b").flow;
  EXPECT_EQ(dictionary_->FlowName(other), "__other__");
  dictionary_->Reload({RulesOf("push"), RulesOf("a"), RulesOf("c", 60min)}, defaults, kNow);
  EXPECT_EQ(dictionary_->FlowName(Intern("b").flow), "b") << "there is room now";
  EXPECT_EQ(Intern("d").flow, other);
  EXPECT_EQ(Rules("c").horizon_floor, kNow) << "__other__ may have forgotten its keys";
}

TEST_F(DictionaryTest, AFlowThatFindsRoomBesideOtherKeepsItsHorizon) {
  flow::Rules defaults;
  defaults.retry_window = 5min;
  Open({.defaults = defaults, .unconfigured_max = 1});
  Intern("a");
  Intern("b");
  defaults.retry_window = 60min;
  dictionary_->Reload({RulesOf("a", 60min)}, defaults, kNow);
  EXPECT_EQ(Rules("b").name, "b");
  EXPECT_EQ(Rules("b").horizon_floor, kNow - 5min);
}

}  // namespace
}  // namespace oneway::ledger
