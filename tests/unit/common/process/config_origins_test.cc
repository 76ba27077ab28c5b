// SPDX-License-Identifier: Apache-2.0
// Where each value comes from, as tools tell it, and what they say of a wrong file.
#include <algorithm>

#include "common/process/config_file.h"
#include "common/process/config_listing.h"
#include "common/process/reload.h"
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kFile[] = R"(cluster:
  joiners:
    - {name: joiner-0, address: 10.0.0.1:7200}
    - {name: joiner-1, address: "[::1]:7200"}
joiner:
  memory_max: 8GiB
  shards: 2
flow_defaults:
  ttl: 1m
  labels: [app]
  settle: 3s
flows:
  - name: push
    objective: {under: 5s, target: 99.9%}
    keys: hashed
  - name: task
    shape: fanout
    ttl: 5m
)";

class ConfigOriginsTest : public ConfigTest {
 protected:
  ConfigView View(const Subject& subject, std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"--config", File()});
    const ConfigView view = ViewConfig(subject, flags, environment_);
    EXPECT_THAT(view.problems, IsEmpty());
    return view;
  }
  // The lines that ToYaml gives, the path of the file shortened to its name.
  std::string Yaml(const Subject& subject, std::vector<std::string> flags = {}) {
    std::string yaml = ToYaml(ListConfig(View(subject, std::move(flags)), subject.kind));
    const std::string folder = File().substr(0, File().rfind('/') + 1);
    for (size_t at = yaml.find(folder); at != std::string::npos; at = yaml.find(folder)) yaml.erase(at, folder.size());
    return yaml;
  }
};

TEST_F(ConfigOriginsTest, EachLayerNotesWhatItSets) {
  WriteFile(kFile);
  environment_ = {{"ONEWAY_JOINER_SHARDS", "4"}, {"ONEWAY_JOINER_SKEW_MAX", "1m"}};
  const std::string yaml =
      Yaml({.kind = Subject::Kind::kJoiner, .joiner = "joiner-1"}, {"--skew-max=2m", "--data", "/d"});
  EXPECT_THAT(yaml, AllOf(HasSubstr("  name: joiner-1  # flag --name\n"),
                          HasSubstr("  listen: \"[::1]:7200\"  # default: its address in cluster.joiners\n"),
                          HasSubstr("  memory_max: 8GiB  # oneway.yaml:6\n"),
                          HasSubstr("  shards: 4  # variable ONEWAY_JOINER_SHARDS\n"),
                          HasSubstr("  skew_max: 2m  # flag --skew-max\n"), HasSubstr("  data: /d  # flag --data\n"),
                          HasSubstr("  ledger_bytes_max: 512MiB  # default\n"), HasSubstr("  seed: 0  # default\n")));
  EXPECT_THAT(yaml, Not(HasSubstr("partitioner:")));
}

TEST_F(ConfigOriginsTest, FlowsTellWhatIsTheirOwnAndWhatTheyTakeFromTheDefaults) {
  WriteFile(kFile);
  const std::string yaml = Yaml({});
  EXPECT_THAT(yaml, HasSubstr(R"(flows:
  - name: push  # oneway.yaml:13
    shape: pair  # default
    ttl: 1m  # flow_defaults, oneway.yaml:9
    retry_window: 5m  # default
    late_window: 1m  # default: ttl, at most 24h
    arrival_grace: 5s  # default
    ends: first  # default
    start: earliest  # default
    labels: [app]  # flow_defaults, oneway.yaml:10
    max_series: 500  # default
    objective: {under: 5s, target: 0.999}  # oneway.yaml:14
    keys: hashed  # oneway.yaml:15
    exemplars: none  # default
  - name: task  # oneway.yaml:16
    shape: fanout  # oneway.yaml:17
    ttl: 5m  # oneway.yaml:18
    retry_window: 5m  # default
    late_window: 5m  # default: ttl, at most 24h
    arrival_grace: 5s  # default
    settle: 3s  # flow_defaults, oneway.yaml:11
)"));
  EXPECT_THAT(yaml, HasSubstr("  # data:  # default: none, required\n"));
  EXPECT_THAT(yaml, HasSubstr("    # objective:  # default\n"));
  EXPECT_THAT(yaml, HasSubstr("partitioner:\n"));
}

TEST_F(ConfigOriginsTest, WhatIsPrintedIsAFileThatMeansTheSame) {
  WriteFile(kFile);
  const ConfigView before = View({});
  WriteFile(ToYaml(ListConfig(before, Subject::Kind::kCluster)));
  const ConfigView after = View({});
  EXPECT_THAT(SettingsThatNeedRestart(Role::kJoiner, before.config, after.config), IsEmpty());
  EXPECT_THAT(SettingsThatNeedRestart(Role::kPartitioner, before.config, after.config), IsEmpty());
  EXPECT_EQ(before.config.flows.defaults, after.config.flows.defaults);
  EXPECT_EQ(before.config.flows.flows, after.config.flows.flows);
}

TEST_F(ConfigOriginsTest, AJoinerThatIsNotListedIsAProblem) {
  WriteFile(kFile);
  const ConfigView view =
      ViewConfig({.kind = Subject::Kind::kJoiner, .joiner = "joiner-2"}, {"--config", File()}, environment_);
  EXPECT_THAT(view.problems,
              ElementsAre("--name: `joiner-2` is not in the list of joiners (joiner-0, joiner-1): set --name to one of "
                          "them, or add it to --joiners or cluster.joiners; did you mean `joiner-0`?"));
}

TEST_F(ConfigOriginsTest, AFileIsCheckedWithoutTheDataFolderThatFlagsGive) {
  WriteFile(kFile);
  EXPECT_THAT(CheckConfigFile(File()).problems, IsEmpty());
  EXPECT_EQ(CheckConfigFile(File()).config.flows.flows.size(), 2u);
}

TEST_F(ConfigOriginsTest, AllProblemsOfAFileAreToldHoweverMany) {
  std::string yaml = "flows:\n";
  for (int i = 0; i < 30; ++i) yaml += "  - {name: flow-" + std::to_string(i) + ", ttl: 0s}\n";
  WriteFile(yaml + "joiner: {shards: 999}\n");
  const std::vector<std::string> problems = CheckConfigFile(File()).problems;
  EXPECT_EQ(problems.size(), 31u);
  EXPECT_EQ(problems.front(), File() + ":32: joiner.shards: `999` must be from 0 to 256");
  EXPECT_EQ(problems.back(), File() + ":31: flows[29].ttl: `0s` must be from 1ns to 30d");
}

TEST_F(ConfigOriginsTest, AJoinerThatTheFileItselfNamesMustBeListed) {
  WriteFile("cluster: {joiners: [{name: a, address: 'h:1'}]}\n");
  EXPECT_THAT(CheckConfigFile(File()).problems, IsEmpty()) << "the default name is no statement";
  WriteFile("cluster: {joiners: [{name: a, address: 'h:1'}]}\njoiner: {name: b}\n");
  EXPECT_THAT(CheckConfigFile(File()).problems, ElementsAre(HasSubstr("`b` is not in the list of joiners (a)")));
}

TEST_F(ConfigOriginsTest, ChangedSettingsAreNamedAndFlowsAreNot) {
  WriteFile(kFile);
  const Config before = View({}).config;
  WriteFile("joiner: {memory_max: 8GiB}\npartitioner: {listen: '0.0.0.0:1'}\nflows: [{name: other}]\n");
  const Config after = View({}).config;
  EXPECT_THAT(SettingsThatNeedRestart(Role::kJoiner, before, after), ElementsAre("cluster.joiners", "joiner.shards"));
  EXPECT_THAT(SettingsThatNeedRestart(Role::kPartitioner, before, after),
              ElementsAre("cluster.joiners", "partitioner.listen"));
}

}  // namespace
}  // namespace oneway::process
