// SPDX-License-Identifier: Apache-2.0
// The YAML file: what it takes, and how it refuses the rest.
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ConfigTest, OneFileServesEveryRole) {
  WriteFile(R"(
cluster:
  seed: 0xff
  joiners:
    - {name: joiner-0, address: 10.0.0.1:7200}
    - name: joiner-1
      address: joiner-1.example:7200
partitioner:
  flush_interval: 5ms
joiner:
  data: /srv/oneway
)");
  EXPECT_EQ(Partitioner().partitioner.flush_interval, std::chrono::milliseconds(5));
  const Config joiner = Joiner({"--name", "joiner-1"});
  EXPECT_EQ(joiner.joiner.listen, "joiner-1.example:7200");
  EXPECT_EQ(joiner.cluster.seed, hash::HashSeed(255));
}

TEST_F(ConfigTest, AnEmptyFileIsNoFile) {
  WriteFile("# nothing yet\n");
  EXPECT_EQ(Partitioner().cluster.joiners.size(), 1u);
}

TEST_F(ConfigTest, AMissingFileIsNamed) {
  EXPECT_EQ(Refusal(Role::kPartitioner, {"-c", "/no/such/oneway.yaml"}),
            "/no/such/oneway.yaml: cannot be read: No such file or directory");
}

TEST_F(ConfigTest, AnUnknownKeyIsRefusedWithLineAndSuggestion) {
  EXPECT_EQ(RefusalOf("joiner:\n  memory_mx: 4GiB\n"),
            "oneway.yaml:2: unknown key `memory_mx` in joiner; did you mean `memory_max`?");
  EXPECT_EQ(RefusalOf("# comment\n\njoner: {}\n"), "oneway.yaml:3: unknown key `joner`; did you mean `joiner`?");
}

TEST_F(ConfigTest, AKeyGivenTwiceIsRefused) {
  EXPECT_EQ(RefusalOf("joiner:\n  shards: 1\n  data: /d\n  shards: 2\n"),
            "oneway.yaml:4: key `shards` in joiner is given twice");
  EXPECT_EQ(RefusalOf("joiner:\n  shards: 1\njoiner:\n  shards: 2\n"), "oneway.yaml:3: key `joiner` is given twice");
}

TEST_F(ConfigTest, AWrongValueIsRefusedWithItsLineAndPath) {
  EXPECT_THAT(RefusalOf("joiner:\n  data: /d\n  skew_max: 5\n"),
              StartsWith("oneway.yaml:3: joiner.skew_max: `5` has no unit"));
  EXPECT_EQ(RefusalOf("joiner:\n  skew_max: 48h\n"), "oneway.yaml:2: joiner.skew_max: `48h` must be from 0s to 24h");
  EXPECT_EQ(RefusalOf("joiner:\n  shards: [1]\n"), "oneway.yaml:2: joiner.shards: must be a single value");
  EXPECT_EQ(RefusalOf("joiner:\n  shards:\n"), "oneway.yaml:2: joiner.shards: has no value");
  EXPECT_EQ(RefusalOf("joiner: 7\n"), "oneway.yaml:1: joiner: must be a map of `key: value` lines");
  EXPECT_THAT(RefusalOf("partitioner: {listen: 127.0.0.1}\n"),
              HasSubstr("partitioner.listen: `127.0.0.1` has no port"));
  EXPECT_THAT(RefusalOf("partitioner: {name: Web 1}\n"), HasSubstr("partitioner.name: `Web 1` is not a name"));
}

TEST_F(ConfigTest, TheListOfJoinersIsChecked) {
  const auto joiners = [this](const std::string& list) { return RefusalOf("cluster:\n  joiners: " + list + "\n"); };
  EXPECT_THAT(joiners("[]"), HasSubstr("oneway.yaml:2: cluster.joiners: names no joiner"));
  EXPECT_THAT(joiners("[{name: a, address: 'h:1'}, {name: a, address: 'h:2'}]"),
              HasSubstr("two joiners have the name `a`"));
  EXPECT_THAT(joiners("[{name: a, address: 'h:1'}, {name: b, address: 'h:1'}]"),
              HasSubstr("two joiners have the address"));
  EXPECT_THAT(joiners("[{name: A, address: 'h:1'}]"), HasSubstr("`A` is not a name"));
  EXPECT_THAT(joiners("[{name: a, address: h}]"), HasSubstr("a: `h` has no port"));
  EXPECT_THAT(joiners("[{name: a, address: 'h:0'}]"), HasSubstr("has port 0"));
  EXPECT_THAT(joiners("[{name: a}]"), HasSubstr("cluster.joiners[0]: needs `name` and `address`"));
  EXPECT_THAT(joiners("[{name: a, adress: 'h:1'}]"),
              HasSubstr("unknown key `adress` in cluster.joiners[0]; did you mean `address`?"));
  EXPECT_THAT(joiners("7"), HasSubstr("cluster.joiners: must be a list"));
}

TEST_F(ConfigTest, BrokenYamlIsRefusedWithItsLine) {
  EXPECT_THAT(RefusalOf("joiner:\n  data: [1, 2\n  x: }\n"),
              testing::ContainsRegex("^oneway.yaml:[0-9]+: is not valid YAML: "));
  EXPECT_THAT(RefusalOf("joiner: {}\n---\njoiner: {}\n"), HasSubstr("a second document begins here"));
}

TEST_F(ConfigTest, AFileThatBeginsWithACommaIsRefused) {
  EXPECT_EQ(RefusalOf(",joiner: {}\n"), "oneway.yaml:1: is not valid YAML: no value begins so");
}

TEST_F(ConfigTest, AFolderIsNotAFile) {
  EXPECT_THAT(Refusal(Role::kPartitioner, {"-c", "/tmp"}), StartsWith("/tmp: cannot be read: Is a directory"));
}

}  // namespace
}  // namespace oneway::process
