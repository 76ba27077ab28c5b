// SPDX-License-Identifier: Apache-2.0
// `flows:` and `flow_defaults:` of the file.
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class FlowConfigTest : public ConfigTest {
 protected:
  FlowsConfig Flows(const std::string& yaml) {
    WriteFile(yaml);
    return Partitioner().flows;
  }
};

TEST_F(FlowConfigTest, AnEntrySetsItsRules) {
  const FlowsConfig config = Flows(R"(
flows:
  - name: push-notification
    shape: pair
    ttl: 1h
    retry_window: 2m
    late_window: 3h
    ends: first
    start: latest
    arrival_grace: 1s
    labels: [platform, app]
    max_series: 50
)");
  ASSERT_EQ(config.flows.size(), 1u);
  const flow::Rules& rules = config.flows[0];
  EXPECT_EQ(rules.name, "push-notification");
  EXPECT_EQ(rules.shape, flow::Shape::kPair);
  EXPECT_EQ(rules.ttl, hours(1));
  EXPECT_EQ(rules.retry_window, minutes(2));
  EXPECT_EQ(rules.late_window, hours(3));
  EXPECT_EQ(rules.ends, flow::Ends::kFirst);
  EXPECT_EQ(rules.start, flow::StartPolicy::kLatest);
  EXPECT_EQ(rules.arrival_grace, seconds(1));
  EXPECT_THAT(rules.labels, ElementsAre("app", "platform"));
  EXPECT_EQ(rules.max_series, 50u);
}

TEST_F(FlowConfigTest, AFanoutSettlesAsItSays) {
  const FlowsConfig config = Flows(
      "flow_defaults: {settle: 3s}\n"
      "flows: [{name: a, shape: fanout}, {name: b, shape: fanout, settle: 0s}, {name: c}]\n");
  EXPECT_EQ(config.defaults.shape, flow::Shape::kPair);
  EXPECT_EQ(config.flows[0].shape, flow::Shape::kFanout);
  EXPECT_EQ(config.flows[0].settle, seconds(3));
  EXPECT_EQ(config.flows[1].settle, seconds(0));
  EXPECT_EQ(config.flows[2].shape, flow::Shape::kPair);
  EXPECT_EQ(Flows("flows: [{name: a, shape: fanout, settle: 1h}]\n").flows[0].settle, hours(1));
  EXPECT_EQ(Flows("flows: [{name: a, shape: fanout}]\n").flows[0].settle, seconds(2));
}

TEST_F(FlowConfigTest, AnEntryTakesFromTheDefaultsWhatItDoesNotSay) {
  const FlowsConfig config = Flows(
      "flow_defaults: {retry_window: 1m, labels: [app]}\nflows: [{name: a}, {name: b, retry_window: 2m, labels: "
      "[]}]\n");
  EXPECT_EQ(config.defaults.retry_window, minutes(1));
  EXPECT_EQ(config.flows[0].retry_window, minutes(1));
  EXPECT_THAT(config.flows[0].labels, ElementsAre("app"));
  EXPECT_EQ(config.flows[1].retry_window, minutes(2));
  EXPECT_THAT(config.flows[1].labels, ElementsAre());
}

TEST_F(FlowConfigTest, TheLateWindowFollowsTheTtlUnlessSaid) {
  const FlowsConfig config =
      Flows("flows: [{name: a}, {name: b, ttl: 2h}, {name: c, ttl: 30d}, {name: d, ttl: 1m, late_window: 2m}]\n");
  EXPECT_EQ(config.flows[0].late_window, minutes(10));
  EXPECT_EQ(config.flows[1].late_window, hours(2));
  EXPECT_EQ(config.flows[2].late_window, hours(24));
  EXPECT_EQ(config.flows[3].late_window, minutes(2));
}

TEST_F(FlowConfigTest, ALateWindowInTheDefaultsHoldsForAllFlows) {
  const FlowsConfig config = Flows("flow_defaults: {late_window: 5m}\nflows: [{name: a, ttl: 2h}]\n");
  EXPECT_EQ(config.defaults.late_window, minutes(5));
  EXPECT_EQ(config.flows[0].late_window, minutes(5));
}

TEST_F(FlowConfigTest, TheDefaultsLateWindowFollowsTheirTtl) {
  EXPECT_EQ(Flows("flow_defaults: {ttl: 1m}\n").defaults.late_window, minutes(1));
}

TEST_F(FlowConfigTest, AnUnknownKeyIsRefusedWithLineAndSuggestion) {
  EXPECT_EQ(RefusalOf("flows:\n  - name: push\n    retry_windw: 5m\n"),
            "oneway.yaml:3: unknown key `retry_windw` in flows[0]; did you mean `retry_window`?");
}

TEST_F(FlowConfigTest, ImpossibleValuesAreRefused) {
  const auto flow = [this](const std::string& key) { return RefusalOf("flows:\n  - name: push\n    " + key + "\n"); };
  EXPECT_EQ(flow("ttl: 0s"), "oneway.yaml:3: flows[0].ttl: `0s` must be from 1ns to 30d");
  EXPECT_THAT(flow("ttl: 31d"), HasSubstr("from 1ns to 30d"));
  EXPECT_THAT(flow("ttl: 10"), StartsWith("oneway.yaml:3: flows[0].ttl: `10` has no unit"));
  EXPECT_THAT(flow("retry_window: 0s"), HasSubstr("from 1ns to 30d"));
  EXPECT_THAT(flow("late_window: 25h"), HasSubstr("from 0s to 24h"));
  EXPECT_THAT(flow("max_series: 0"), HasSubstr("from 1 to 1000000"));
  EXPECT_EQ(flow("settle: 61m"), "oneway.yaml:3: flows[0].settle: `61m` must be from 0s to 1h");
  EXPECT_THAT(flow("settle: 2"), HasSubstr("`2` has no unit"));
  EXPECT_THAT(flow("shape: fanuot"), HasSubstr("is none of: pair, fanout; did you mean `fanout`?"));
  EXPECT_THAT(flow("start: erliest"), HasSubstr("did you mean `earliest`?"));
}

TEST_F(FlowConfigTest, NamesAreGivenOnceAndWellFormed) {
  EXPECT_EQ(RefusalOf("flows:\n  - name: a\n  - name: b\n  - name: a\n"),
            "oneway.yaml:4: flows[2]: a flow `a` stands above already");
  EXPECT_THAT(RefusalOf("flows: [{name: Push}]\n"), HasSubstr("`Push` is not a name"));
  EXPECT_THAT(RefusalOf("flows: [{name: __other__}]\n"), HasSubstr("is reserved"));
  EXPECT_THAT(RefusalOf("flows: [{ttl: 1m}]\n"), HasSubstr("flows[0]: has no `name`"));
  EXPECT_THAT(RefusalOf("flow_defaults: {name: a}\n"), HasSubstr("`name` belongs into an entry of flows"));
  EXPECT_THAT(RefusalOf("flows: {name: a}\n"), HasSubstr("flows: must be a list"));
  EXPECT_THAT(RefusalOf("flows: [push]\n"), HasSubstr("flows[0]: must be a map"));
}

TEST_F(FlowConfigTest, LabelsMustBeUsableAsLabelsOfMetrics) {
  const auto labels = [this](const std::string& list) {
    return RefusalOf("flows: [{name: a, labels: " + list + "}]\n");
  };
  EXPECT_THAT(labels("[app, app]"), HasSubstr("`app` is given twice"));
  EXPECT_THAT(labels("[app-version]"), HasSubstr("`app-version` is not a label"));
  EXPECT_THAT(labels("['']"), HasSubstr("is not a label"));
  EXPECT_THAT(labels("['a,b']"), HasSubstr("is not a label"));
  EXPECT_THAT(labels("[le]"), HasSubstr("`le` is reserved"));
  EXPECT_THAT(labels("[a, b, c, d, e, f, g, h, i]"), HasSubstr("has 9 labels; at most 8"));
}

TEST_F(FlowConfigTest, AtMost4096FlowsAreTaken) {
  const auto flows = [](int count) {
    std::string yaml = "flows:\n";
    for (int i = 0; i < count; ++i) yaml += "  - name: flow-" + std::to_string(i) + "\n";
    return yaml;
  };
  EXPECT_EQ(RefusalOf(flows(4096)), "loaded");
  EXPECT_EQ(RefusalOf(flows(4097)), "oneway.yaml:1: flows: 4097 flows; at most 4096");
}

}  // namespace
}  // namespace oneway::process
