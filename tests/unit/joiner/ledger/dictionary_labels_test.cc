// SPDX-License-Identifier: Apache-2.0
//
// Concern: in which series the labels of a start and of an end count together.
#include "common/event/event.h"
#include "tests/unit/joiner/ledger/dictionary_fixture.h"

namespace oneway::ledger {
namespace {

// semantics: labels
TEST_F(DictionaryTest, TheLabelsOfAnEndCompleteThoseOfAStart) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os", "zone"};
  Open({.configured = {push}});
  const SeriesRef ios = Intern("push", {{"os", "ios"}});
  const flow::SeriesId europe =
      dictionary_->InternCarried(ios.flow, {{"os", "android"}, {"shade", "7"}, {"zone", "eu"}});
  const flow::SeriesId completed = dictionary_->Complete(ios.series, europe);
  EXPECT_EQ(dictionary_->NameOf(completed), (SeriesName{ios.flow, {{"os", "ios"}, {"zone", "eu"}}}));
  EXPECT_EQ(completed, Intern("push", {{"os", "ios"}, {"zone", "eu"}}).series);
  EXPECT_EQ(dictionary_->Complete(completed, europe), completed) << "nothing is lacking";
  EXPECT_EQ(dictionary_->Complete(ios.series, dictionary_->InternCarried(ios.flow, {})), ios.series);
}

// semantics: labels
TEST_F(DictionaryTest, LabelsThatAreOnlyCarriedTakeNoneOfTheFlowsSeries) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os"};
  push.max_series = 2;
  Open({.configured = {push}});
  const flow::FlowId flow = dictionary_->InternFlow("push");
  const flow::SeriesId a = dictionary_->InternCarried(flow, {{"os", "a"}});
  const flow::SeriesId b = dictionary_->InternCarried(flow, {{"os", "b"}});
  const flow::SeriesId overflow = dictionary_->InternCarried(flow, {{"os", "c"}});
  EXPECT_EQ(dictionary_->NameOf(overflow).labels, (Labels{{"__overflow__", "true"}})) << "as many as max_series";
  EXPECT_EQ(dictionary_->Complete(b, b), b) << "one that counts from now on";
  EXPECT_EQ(dictionary_->InternCarried(flow, {{"os", "c"}}), flow::SeriesId(3)) << "it has left room for another";
  const flow::SeriesId started = Intern("push", {{"os", "d"}}).series;
  EXPECT_EQ(dictionary_->NameOf(started).labels, (Labels{{"os", "d"}}));
  EXPECT_EQ(Intern("push", {{"os", "a"}}).series, overflow) << "two count already";
  EXPECT_EQ(dictionary_->Complete(started, a), started);
  Commit();

  Open({.configured = {push}});
  EXPECT_EQ(Intern("push", {{"os", "b"}}).series, b) << "it counts after a restart too";
  EXPECT_EQ(dictionary_->InternCarried(flow, {{"os", "a"}}), a);
  EXPECT_EQ(Intern("push", {{"os", "a"}}).series, overflow);
  EXPECT_EQ(dictionary_->InternCarried(flow, {{"os", "e"}}), overflow);
  EXPECT_EQ(Commit(), 0u);
}

// semantics: labels
TEST_F(DictionaryTest, ACombinationBeyondMaxSeriesOverflowsAsDoLabelsThatAreNotKnown) {
  flow::Rules push = RulesOf("push");
  push.labels = {"os", "zone"};
  push.max_series = 1;
  Open({.configured = {push}});
  const SeriesRef ios = Intern("push", {{"os", "ios"}});
  const flow::SeriesId overflow = Intern("push", {{"os", "android"}}).series;
  const flow::SeriesId europe = dictionary_->InternCarried(ios.flow, {{"zone", "eu"}});
  EXPECT_EQ(dictionary_->Complete(ios.series, europe), overflow);
  EXPECT_EQ(dictionary_->Complete(overflow, europe), overflow);
  EXPECT_EQ(dictionary_->Complete(ios.series, overflow), overflow);
  EXPECT_EQ(dictionary_->Complete(overflow, overflow), overflow);
}

// semantics: labels
TEST_F(DictionaryTest, LabelsOfTwoListsAreCompletedUpToTheBoundOfLabels) {
  flow::Rules push = RulesOf("push");
  Labels first;
  Labels second;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) first.emplace_back(name, "1");
  for (const char* name : {"s", "t", "u"}) second.emplace_back(name, "2");
  for (const auto& [name, value] : first) push.labels.push_back(name);
  Open({.configured = {push}});
  const SeriesRef start = Intern("push", first);
  push.labels = {"s", "t", "u"};
  dictionary_->Reload({push}, {}, kNow);
  const flow::SeriesId completed = dictionary_->Complete(start.series, dictionary_->InternCarried(start.flow, second));
  EXPECT_EQ(dictionary_->NameOf(completed).labels.size(), event::kLabelsMax);
  Commit();
  Open({.configured = {push}});  // A row with more of them would be refused.
  EXPECT_EQ(dictionary_->NameOf(completed).labels.back().first, "s");
}

}  // namespace
}  // namespace oneway::ledger
