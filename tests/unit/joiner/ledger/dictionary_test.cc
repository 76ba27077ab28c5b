// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/dictionary.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/ledger/dictionary_rows.h"
#include "tests/unit/joiner/ledger/dictionary_fixture.h"

namespace oneway::ledger {
namespace {

TEST_F(DictionaryTest, ConfiguredFlowsHaveTheirRulesFromTheStart) {
  flow::Rules push = RulesOf("push");
  push.ttl = 7min;
  Open({.configured = {push, RulesOf("mail")}});
  EXPECT_THAT(dictionary_->Flows(), ::testing::ElementsAre(std::pair(flow::FlowId(0), std::string("push")),
                                                           std::pair(flow::FlowId(1), std::string("mail"))));
  EXPECT_EQ(registry_->size(), 2u);
  EXPECT_EQ(registry_->Of(flow::FlowId(0)).ttl, 7min);
  EXPECT_TRUE(dictionary_->has_pending());
}

TEST_F(DictionaryTest, AFlowThatIsNotConfiguredTakesTheDefaultsUnderItsOwnName) {
  flow::Rules defaults;
  defaults.ttl = 3min;
  Open({.defaults = defaults});
  EXPECT_EQ(Rules("unknown").ttl, 3min);
  EXPECT_EQ(Rules("unknown").name, "unknown");
}

TEST_F(DictionaryTest, TheSameEntryHasTheSameNumberAlsoAfterARestart) {
  flow::Rules push = RulesOf("push");
  push.labels = {"zone", "os"};
  Open({.configured = {push}});
  const SeriesRef ios = Intern("push", {{"os", "ios"}, {"zone", "a"}});
  const SeriesRef android = Intern("push", {{"os", "android"}});
  const SeriesRef mail = Intern("mail");
  EXPECT_NE(ios.series, android.series);
  EXPECT_EQ(Intern("push", {{"os", "ios"}, {"zone", "a"}}), ios);
  Commit();

  Open({.configured = {push}});
  EXPECT_EQ(Commit(), 0u);
  EXPECT_EQ(Intern("mail"), mail);
  EXPECT_EQ(Intern("push", {{"os", "android"}}), android);
  EXPECT_EQ(Intern("push", {{"os", "ios"}, {"zone", "a"}}), ios);
  EXPECT_EQ(dictionary_->NameOf(ios.series), (SeriesName{ios.flow, {{"os", "ios"}, {"zone", "a"}}}));
  EXPECT_EQ(dictionary_->FlowName(mail.flow), "mail");
  EXPECT_EQ(Commit(), 0u);
}

TEST_F(DictionaryTest, LabelsThatTheFlowDoesNotAllowAreDropped) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os"};
  Open({.configured = {push}});
  const SeriesRef ios = Intern("push", {{"device", "7"}, {"os", "ios"}});
  EXPECT_EQ(Intern("push", {{"os", "ios"}, {"zone", "a"}}), ios);
  EXPECT_EQ(dictionary_->NameOf(ios.series).labels, (Labels{{"os", "ios"}}));
  EXPECT_EQ(dictionary_->NameOf(Intern("push", {{"device", "7"}}).series).labels, Labels());
}

TEST_F(DictionaryTest, SeriesBeyondMaxSeriesOverflowFlowByFlow) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os"};
  push.max_series = 2;
  flow::Rules mail = push;
  mail.name = "mail";
  Open({.configured = {push, mail}});
  const SeriesRef a = Intern("push", {{"os", "a"}});
  Intern("push", {{"os", "b"}});
  const SeriesRef c = Intern("push", {{"os", "c"}});
  EXPECT_EQ(dictionary_->NameOf(c.series), (SeriesName{c.flow, {{"__overflow__", "true"}}}));
  EXPECT_EQ(Intern("push", {{"os", "d"}}), c);
  EXPECT_EQ(Intern("push", {{"os", "a"}}), a) << "a known one stays itself";
  EXPECT_EQ(dictionary_->NameOf(Intern("mail", {{"os", "c"}}).series).labels, (Labels{{"os", "c"}}));
  Commit();

  Open({.configured = {push, mail}});
  EXPECT_EQ(Intern("push", {{"os", "e"}}), c);
  EXPECT_EQ(dictionary_->NameOf(Intern("mail", {{"os", "e"}}).series).labels, (Labels{{"os", "e"}}));
  EXPECT_EQ(dictionary_->NameOf(Intern("mail", {{"os", "f"}}).series).labels, (Labels{{"__overflow__", "true"}}));
}

TEST_F(DictionaryTest, AStageIsASeriesOfItsOwnPastTheAllowListWithinMaxSeries) {
  flow::Rules push = RulesOf("push");
  push.max_series = 2;
  Open({.configured = {push}});
  const SeriesRef ordinary = Intern("push", {{kStageLabel, "made up"}});
  EXPECT_EQ(dictionary_->StageOf(ordinary.series), std::nullopt);
  const flow::SeriesId queued = dictionary_->InternStage(ordinary.flow, "queued");
  const flow::SeriesId beyond = dictionary_->InternStage(ordinary.flow, "sent");
  EXPECT_EQ(dictionary_->StageOf(queued), "queued");
  EXPECT_EQ(dictionary_->StageOf(beyond), "__overflow__");
  EXPECT_NE(queued, ordinary.series);
  Commit();
  Open({.configured = {push}});
  EXPECT_EQ(dictionary_->InternStage(ordinary.flow, "queued"), queued);
  EXPECT_EQ(dictionary_->StageOf(queued), "queued");
}

TEST_F(DictionaryTest, FlowsBeyondTheUnconfiguredShareOther) {
  Open({.configured = {RulesOf("push")}, .unconfigured_max = 2});
  const SeriesRef a = Intern("a");
  Intern("b");
  const SeriesRef c = Intern("c");
  EXPECT_EQ(dictionary_->FlowName(c.flow), "__other__");
  EXPECT_EQ(Intern("d"), c);
  EXPECT_EQ(Intern("a"), a);
  EXPECT_EQ(dictionary_->FlowName(Intern("push").flow), "push");
  Commit();

  Open({.configured = {RulesOf("push"), RulesOf("c")}, .unconfigured_max = 2});
  EXPECT_EQ(Intern("e").flow, c.flow);
  EXPECT_EQ(dictionary_->FlowName(Intern("c").flow), "c") << "configured since";
}

TEST_F(DictionaryTest, NamesWithoutEndNeverExhaustTheNumbers) {
  Open({.unconfigured_max = UINT32_MAX});
  for (uint32_t i = 0; i < flow::kFlowsMax + 10; ++i) Intern(absl::StrCat("flow-", i));
  EXPECT_EQ(registry_->size(), flow::kFlowsMax);
  EXPECT_EQ(dictionary_->FlowName(Intern("one-more").flow), "__other__");
  Commit();

  Open({.configured = {RulesOf("configured-later")}, .unconfigured_max = 100});
  EXPECT_EQ(dictionary_->FlowName(Intern("configured-later").flow), "__other__");
}

TEST_F(DictionaryTest, ALongerRetryWindowKeepsTheHorizonThatWasReached) {
  Open({.configured = {RulesOf("push", 5min)}});
  EXPECT_EQ(Rules("push").Horizon(kNow), kNow - 5min);
  Commit();

  Open({.configured = {RulesOf("push", 60min)}}, kNow + 1min);
  EXPECT_EQ(Rules("push").Horizon(kNow + 1min), kNow + 1min - 5min);
  EXPECT_EQ(Rules("push").Horizon(kNow + 2h), kNow + 1h);
  EXPECT_EQ(Commit(), 1u) << "the flow's row once more";

  // The floor is stored: another restart does not lower the horizon.
  Open({.configured = {RulesOf("push", 60min)}}, kNow + 2min);
  EXPECT_EQ(Rules("push").Horizon(kNow + 2min), kNow + 1min - 5min);
  EXPECT_EQ(Commit(), 0u);
}

TEST_F(DictionaryTest, AFloorNeverFallsWhenTheWindowChangesAgain) {
  Open({.configured = {RulesOf("push", 5min)}});
  Commit();
  Open({.configured = {RulesOf("push", 60min)}}, kNow);
  Commit();
  Open({.configured = {RulesOf("push", 30min)}}, kNow + 1min);
  EXPECT_EQ(Rules("push").horizon_floor, kNow - 5min);
}

TEST_F(DictionaryTest, AChangeThatCrashedBeforeItsCommitIsFoundAgain) {
  Open({.configured = {RulesOf("push", 5min)}});
  Commit();
  Open({.configured = {RulesOf("push", 60min)}}, kNow + 1min);
  Open({.configured = {RulesOf("push", 60min)}}, kNow + 1min);
  EXPECT_EQ(Rules("push").horizon_floor, kNow + 1min - 5min);
}

TEST_F(DictionaryTest, AFlowThatLeavesOtherDoesNotReviveWhatOtherForgot) {
  flow::Rules defaults;
  defaults.retry_window = 5min;
  Open({.defaults = defaults, .unconfigured_max = 0});
  EXPECT_EQ(dictionary_->FlowName(Intern("push").flow), "__other__");
  Commit();

  Open({.configured = {RulesOf("push", 60min), RulesOf("mail", 1min)}, .defaults = defaults}, kNow + 1h);
  EXPECT_EQ(Rules("push").horizon_floor, kNow + 1h);
  EXPECT_EQ(Rules("mail").horizon_floor, Time()) << "it forgets sooner than __other__ itself";
}

TEST_F(DictionaryTest, AFlowComesBeforeItsSeriesAndEverythingOnce) {
  flow::Rules defaults;
  defaults.labels = {"os"};
  Open({.defaults = defaults});
  Intern("a", {{"os", "1"}});
  Intern("b", {{"os", "1"}});
  Intern("a", {{"os", "2"}});
  std::vector<journal::LedgerRow> rows;
  dictionary_->TakePending(rows);
  std::string kinds;
  for (const journal::LedgerRow& row : rows) kinds += row.key.front();
  EXPECT_EQ(kinds, "FSFSS");
  EXPECT_FALSE(dictionary_->has_pending());
  Intern("a", {{"os", "2"}});
  EXPECT_EQ(Commit(), 0u);
}

TEST_F(DictionaryTest, ManyStreamsAgreeOnEveryNumber) {
  flow::Rules defaults;
  defaults.labels = {"os"};
  Open({.defaults = defaults, .unconfigured_max = 10});
  constexpr int kStreams = 4;
  std::vector<std::vector<SeriesRef>> seen(kStreams);
  std::atomic<int> running = kStreams;
  std::vector<std::thread> streams;
  for (int stream = 0; stream < kStreams; ++stream) {
    streams.emplace_back([&, stream] {
      for (int i = 0; i < 3000; ++i) {
        seen[stream].push_back(Intern(absl::StrCat("flow-", i % 8), {{"os", absl::StrCat(i % 300)}}));
      }
      --running;
    });
  }
  std::vector<journal::LedgerRow> rows;
  while (running > 0) dictionary_->TakePending(rows);
  for (std::thread& stream : streams) stream.join();
  dictionary_->TakePending(rows);

  for (int stream = 1; stream < kStreams; ++stream) {
    for (size_t i = 0; i < seen[0].size(); ++i) {
      ASSERT_EQ(seen[stream][i], seen[0][i]);
    }
  }
  std::set<std::string> keys;
  std::set<uint32_t> flows;
  for (const journal::LedgerRow& row : rows) {
    ASSERT_TRUE(keys.insert(row.key).second) << "handed over twice";
    if (row.key.front() == kFlowRow) {
      flows.insert(static_cast<uint8_t>(row.key.back()));
      continue;
    }
    SeriesRow series;
    ASSERT_TRUE(DecodeSeries(*row.value, series).ok());
    ASSERT_TRUE(flows.contains(static_cast<uint32_t>(series.flow))) << "a series before its flow";
  }
  EXPECT_EQ(flows.size(), 8u);
}

TEST_F(DictionaryTest, RowsThatAreNotItsOwnAreRefused) {
  EXPECT_TRUE(Dictionary::Owns("F1234"));
  EXPECT_TRUE(Dictionary::Owns("S1234"));
  EXPECT_TRUE(Dictionary::Owns("L1234"));
  EXPECT_FALSE(Dictionary::Owns("T1234"));
  EXPECT_FALSE(Dictionary::Owns(""));
  flow::Registry registry;
  Dictionary dictionary({}, registry);
  EXPECT_FALSE(dictionary.Restore("T1234", "\1").ok());
  EXPECT_FALSE(dictionary.Restore("F123", EncodeFlow({.name = "push"})).ok());
  EXPECT_FALSE(dictionary.Restore(DictionaryKey('F', flow::kFlowsMax), EncodeFlow({.name = "push"})).ok());
  EXPECT_FALSE(dictionary.Restore(DictionaryKey('S', Dictionary::kSeriesMax), EncodeSeries(flow::FlowId(0), {})).ok());
}

TEST_F(DictionaryTest, ALostNumberStopsTheProcess) {
  Open({.configured = {RulesOf("push"), RulesOf("mail")}});
  Commit();
  disk_.erase(DictionaryKey('F', 0));
  EXPECT_DEATH(Open({}), "lacks the row of flow number 0");
}

}  // namespace
}  // namespace oneway::ledger
