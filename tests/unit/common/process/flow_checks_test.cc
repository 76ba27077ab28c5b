// SPDX-License-Identifier: Apache-2.0
// Settings of flows that describe, and values that do not go together.
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using std::chrono::seconds;

class FlowChecksTest : public ConfigTest {
 protected:
  FlowsConfig Flows(const std::string& yaml) {
    WriteFile(yaml);
    return Partitioner().flows;
  }
  // Of an entry with these further lines.
  std::string Refused(const std::string& lines) { return RefusalOf("flows:\n  - name: push\n" + lines); }
};

TEST_F(FlowChecksTest, ExemplarsDoNotShowKeysThatAreNotStored) {
  EXPECT_EQ(Flows("flows: [{name: a, exemplars: key}]\n").flows[0].exemplars, flow::Exemplars::kKey);
  EXPECT_EQ(Flows("flows: [{name: a}]\n").flows[0].exemplars, flow::Exemplars::kNone);
  EXPECT_EQ(Refused("    keys: hashed\n    exemplars: hash\n"), "loaded");
  EXPECT_EQ(
      Refused("    keys: hashed\n    exemplars: key\n"),
      "oneway.yaml:4: flows[0].exemplars: `key` does not go with `keys: hashed`, by which keys are not stored; say "
      "`hash`");
  EXPECT_EQ(RefusalOf("flow_defaults: {exemplars: key}\nflows:\n  - name: a\n    keys: hashed\n"),
            "oneway.yaml:4: flows[0].keys: `hashed` does not go with `exemplars: key` of flow_defaults; say "
            "`exemplars: hash` here");
}

TEST_F(FlowChecksTest, AnObjectiveIsAShareWithinATime) {
  const FlowsConfig config = Flows(
      "flow_defaults: {objective: {under: 5s, target: 0.99}}\n"
      "flows: [{name: a}, {name: b, objective: {target: 99.9%, under: 1s}}, {name: c, objective: {under: 10m, "
      "target: 5%}}]\n");
  EXPECT_EQ(config.flows[0].objective, (flow::Objective{.under = seconds(5), .target = 0.99}));
  EXPECT_EQ(config.flows[1].objective, (flow::Objective{.under = seconds(1), .target = 0.999}));
  EXPECT_EQ(config.flows[2].objective, (flow::Objective{.under = seconds(600), .target = 0.05}));
  EXPECT_EQ(Flows("flows: [{name: a}]\n").flows[0].objective, std::nullopt);
}

TEST_F(FlowChecksTest, AnObjectiveHasExactlyItsTwoKeys) {
  const std::string needs = "oneway.yaml:3: flows[0].objective: needs `under` and `target`";
  EXPECT_EQ(Refused("    objective: {under: 5s}\n"), needs);
  EXPECT_EQ(Refused("    objective: {}\n"), needs);
  EXPECT_EQ(Refused("    objective:\n"), needs);
  EXPECT_EQ(Refused("    objective: 5s\n"), "oneway.yaml:3: flows[0].objective: must be a map of `key: value` lines");
  EXPECT_EQ(Refused("    objective:\n      undr: 5s\n      target: 0.9\n"),
            "oneway.yaml:4: unknown key `undr` in flows[0].objective; did you mean `under`?");
}

TEST_F(FlowChecksTest, ATargetLiesBetweenNoneAndAll) {
  const auto target = [this](const std::string& text) {
    return Refused("    objective:\n      under: 5s\n      target: " + text + "\n");
  };
  const auto no_share = [](const std::string& text) {
    return "oneway.yaml:5: flows[0].objective.target: `" + text +
           "` is no share above 0 and below 1, such as 0.99 or 99%";
  };
  EXPECT_EQ(target("99"), no_share("99") + "; did you mean `99%`?");
  EXPECT_EQ(target("1.5"), no_share("1.5") + "; did you mean `1.5%`?");
  for (const char* text : {"0", "1", "0%", "100%", "100", "-0.5", "0x1", "1e-1", "nan", "most", "0.9.9", "0.9 %"}) {
    EXPECT_EQ(target(text), no_share(text));
  }
  EXPECT_EQ(target("'%'"), no_share("%"));
  EXPECT_EQ(Refused("    objective: {under: 0s, target: 0.9}\n"),
            "oneway.yaml:3: flows[0].objective.under: `0s` must be from 1ns to 30d");
}

TEST_F(FlowChecksTest, AnObjectiveBeyondTheTtlIsRefusedWhereTheFlowSaysIt) {
  EXPECT_EQ(Refused("    ttl: 1m\n    objective: {under: 1m, target: 0.9}\n"), "loaded");
  EXPECT_EQ(
      Refused("    ttl: 1m\n    objective: {under: 61s, target: 0.9}\n"),
      "oneway.yaml:4: flows[0].objective: `under: 61s` is longer than the flow's ttl of 1m, after which an end is "
      "late; make it at most the ttl");
  EXPECT_EQ(
      RefusalOf("flow_defaults: {objective: {under: 5s, target: 0.9}}\nflows:\n  - name: a\n    ttl: 1s\n"),
      "oneway.yaml:4: flows[0].ttl: `1s` is shorter than the objective of flow_defaults, under: 5s; give this flow "
      "an `objective` of its own");
}

TEST_F(FlowChecksTest, KeysArePlainUnlessSaid) {
  const FlowsConfig config = Flows("flows: [{name: a}, {name: b, keys: hashed}]\n");
  EXPECT_EQ(config.flows[0].keys, flow::Keys::kPlain);
  EXPECT_EQ(config.flows[1].keys, flow::Keys::kHashed);
  EXPECT_EQ(Refused("    keys: hashd\n"),
            "oneway.yaml:3: flows[0].keys: `hashd` is none of: plain, hashed; did you mean `hashed`?");
}

TEST_F(FlowChecksTest, EveryEndIsForPairs) {
  EXPECT_EQ(Flows("flows: [{name: a, ends: every}]\n").flows[0].ends, flow::Ends::kEvery);
  EXPECT_EQ(Refused("    shape: fanout\n    ends: every\n"),
            "oneway.yaml:4: flows[0].ends: `every` is for pairs, and this flow is a fan-out; remove it, or say `shape: "
            "pair`");
  EXPECT_EQ(
      RefusalOf("flow_defaults: {ends: every}\nflows:\n  - name: a\n    shape: fanout\n"),
      "oneway.yaml:4: flows[0].shape: a fan-out does not go with `ends: every` of flow_defaults; say `ends: first` "
      "here");
  EXPECT_EQ(RefusalOf("flow_defaults: {shape: fanout, ends: every}\n"),
            "oneway.yaml:1: flow_defaults.ends: `every` is for pairs, and this flow is a fan-out; remove it, or say "
            "`shape: pair`");
}

TEST_F(FlowChecksTest, ToSettleIsForFanouts) {
  EXPECT_EQ(
      Refused("    settle: 2s\n"),
      "oneway.yaml:3: flows[0].settle: is for fan-outs, and this flow is a pair; remove it, or say `shape: fanout`");
  EXPECT_EQ(Refused("    settle: 2s\n    shape: fanout\n"), "loaded");
  EXPECT_EQ(RefusalOf("flow_defaults: {settle: 2s}\nflows: [{name: a}]\n"), "loaded") << "harmless in the defaults";
}

TEST_F(FlowChecksTest, AWrongValueIsToldWithoutGuessesAboutTheRest) {
  EXPECT_EQ(Refused("    shape: fanuot\n    settle: 2s\n"),
            "oneway.yaml:3: flows[0].shape: `fanuot` is none of: pair, fanout; did you mean `fanout`?");
}

}  // namespace
}  // namespace oneway::process
