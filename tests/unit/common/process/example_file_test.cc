// SPDX-License-Identifier: Apache-2.0
// deploy/config/oneway.yaml, which users copy: complete, loadable, and true about the defaults.
#include <algorithm>
#include <fstream>
#include <map>

#include "common/process/config_file.h"
#include "common/process/flow_settings.h"
#include "common/process/setting.h"
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

// What the file says about one setting.
struct Shown {
  std::string value;       // as written behind the key; empty: a list or map follows
  std::string default_is;  // from the comment above
  bool switched_off = false;
};

// The settings of the file's sections by path (`joiner.shards`): lines of two spaces and a key, maybe behind `# `.
std::map<std::string, Shown> ReadExample() {
  std::map<std::string, Shown> shown;
  std::ifstream stream(ONEWAY_EXAMPLE_FILE);
  std::string section;
  std::string default_is;
  for (std::string line; std::getline(stream, line);) {
    const std::string default_mark = "  # Default: ";
    if (line.starts_with(default_mark) && line.ends_with(".")) {
      default_is = line.substr(default_mark.size(), line.size() - default_mark.size() - 1);
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string::npos || default_is.empty()) {
      if (colon != std::string::npos && !line.starts_with(" ") && !line.starts_with("#"))
        section = line.substr(0, colon);
      continue;
    }
    // The first line with a colon behind a default is its setting.
    const bool off = line.starts_with("  # ");
    const size_t key_at = off ? 4 : 2;
    Shown entry{.value = {}, .default_is = default_is, .switched_off = off};
    if (colon + 2 < line.size()) entry.value = line.substr(colon + 2);
    shown[section + "." + line.substr(key_at, colon - key_at)] = entry;
    default_is.clear();
  }
  return shown;
}

class ExampleFileTest : public ConfigTest {
 protected:
  absl::StatusOr<Loaded> LoadExample(Role role) { return Load(role, {"-c", ONEWAY_EXAMPLE_FILE}); }
};

TEST_F(ExampleFileTest, LoadsForEveryRole) {
  const auto partitioner = LoadExample(Role::kPartitioner);
  ASSERT_TRUE(partitioner.ok()) << partitioner.status();
  const auto joiner = LoadExample(Role::kJoiner);
  ASSERT_TRUE(joiner.ok()) << joiner.status();
  ASSERT_FALSE(joiner->config.flows.flows.empty());
  EXPECT_EQ(joiner->config.flows.flows[0].name, "push-notification");
  const std::vector<flow::Rules>& flows = joiner->config.flows.flows;
  const auto task = std::find_if(flows.begin(), flows.end(), [](const auto& rules) { return rules.name == "task"; });
  ASSERT_NE(task, flows.end());
  EXPECT_EQ(task->shape, flow::Shape::kFanout);
}

TEST_F(ExampleFileTest, ShowsEverySettingWithItsDefault) {
  const std::map<std::string, Shown> shown = ReadExample();
  for (const Setting& setting : AllSettings()) {
    const auto entry = shown.find(setting.Path());
    ASSERT_NE(entry, shown.end()) << setting.Path() << " is missing";
    EXPECT_EQ(entry->second.default_is, setting.default_text) << setting.Path();
  }
  for (const FlowSetting& setting : FlowSettings()) {
    if (setting.key == "name") continue;  // only in entries of flows
    const auto entry = shown.find("flow_defaults." + setting.key);
    ASSERT_NE(entry, shown.end()) << setting.key << " is missing";
    EXPECT_EQ(entry->second.default_is, setting.default_text) << setting.key;
  }
  EXPECT_EQ(shown.size(), AllSettings().size() + FlowSettings().size() - 1) << "defaults of what is no setting";
}

TEST_F(ExampleFileTest, WhatItSetsIsTheDefault) {
  for (const auto& [path, entry] : ReadExample()) {
    const bool is_value = !entry.switched_off && !entry.value.empty() && entry.default_is != "none, required";
    if (is_value) {
      EXPECT_EQ(entry.value, entry.default_is) << path;
    }
  }
}

TEST_F(ExampleFileTest, LoadedItChangesNothingButTheExamples) {
  const auto loaded = LoadExample(Role::kJoiner);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  for (const Setting& setting : AllSettings()) {
    if (!setting.default_is_value) continue;
    EXPECT_EQ(setting.show(loaded->config), setting.default_text) << setting.Path();
  }
  const flow::Rules& defaults = loaded->config.flows.defaults;
  const flow::Rules untouched;
  EXPECT_EQ(defaults.ttl, untouched.ttl);
  EXPECT_EQ(defaults.retry_window, untouched.retry_window);
  EXPECT_EQ(defaults.late_window, untouched.late_window);
  EXPECT_EQ(defaults.arrival_grace, untouched.arrival_grace);
  EXPECT_EQ(defaults.shape, untouched.shape);
  EXPECT_EQ(defaults.settle, untouched.settle);
  EXPECT_EQ(defaults.start, untouched.start);
  EXPECT_EQ(defaults.labels, untouched.labels);
  EXPECT_EQ(defaults.max_series, untouched.max_series);
  EXPECT_EQ(defaults.objective, untouched.objective);
  EXPECT_EQ(defaults.keys, untouched.keys);
  EXPECT_EQ(defaults.exemplars, untouched.exemplars);
  EXPECT_EQ(defaults.ends, untouched.ends);
}

TEST_F(ExampleFileTest, TheMessagingFlowsAreReadyToUse) {
  const ConfigView view = CheckConfigFile(ONEWAY_MESSAGING_FILE);
  EXPECT_THAT(view.problems, testing::IsEmpty());
  std::map<std::string, flow::Rules> flows;
  for (const flow::Rules& rules : view.config.flows.flows) {
    EXPECT_TRUE(rules.objective.has_value()) << rules.name;
    flows[rules.name] = rules;
  }
  EXPECT_EQ(flows.size(), 5u);
  EXPECT_THAT(flows["push-notification"].labels, testing::ElementsAre("service"));
  EXPECT_EQ(flows["typing-indicator"].ttl, std::chrono::seconds(10));
  EXPECT_EQ(flows["seen-receipt"].ttl, std::chrono::minutes(1));
  EXPECT_EQ(flows["message-delivery"].ends, flow::Ends::kEvery);
  EXPECT_THAT(flows["message-delivery"].labels, testing::ElementsAre("platform"));
  EXPECT_EQ(flows["task"].shape, flow::Shape::kFanout);
}

}  // namespace
}  // namespace oneway::process
