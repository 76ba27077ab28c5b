// SPDX-License-Identifier: Apache-2.0
// Where values come from: defaults, file, variables, flags.
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST_F(ConfigTest, WithoutAFileThereIsOneLocalJoiner) {
  const Config config = Joiner();
  ASSERT_EQ(config.cluster.joiners.size(), 1u);
  EXPECT_EQ(config.cluster.joiners[0].name, "joiner-0");
  EXPECT_EQ(config.cluster.joiners[0].address, "127.0.0.1:7200");
  EXPECT_EQ(config.cluster.seed, hash::HashSeed(0));
  EXPECT_EQ(config.joiner.listen, "127.0.0.1:7200");
  EXPECT_EQ(config.joiner.durability, Durability::kFsync);
  EXPECT_TRUE(config.flows.flows.empty());
}

TEST_F(ConfigTest, FlagsWinOverVariablesAndThoseOverTheFile) {
  WriteFile("joiner:\n  memory_max: 1GiB\n  shards: 3\n  skew_max: 1m\n  ledger_bytes_max: 77MiB\n");
  environment_ = {{"ONEWAY_JOINER_MEMORY_MAX", "2GiB"}, {"ONEWAY_JOINER_SHARDS", "4"}, {"PATH", "/bin"}};
  const Config config = Joiner({"--memory-max", "3GiB"});
  EXPECT_EQ(config.joiner.memory_max, uint64_t{3} << 30);
  EXPECT_EQ(config.joiner.shards, 4u);
  EXPECT_EQ(config.joiner.skew_max, std::chrono::minutes(1));
  EXPECT_EQ(config.joiner.ledger_bytes_max, uint64_t{77} << 20);
  EXPECT_EQ(config.joiner.expiry_hold_max, std::chrono::minutes(10));
  EXPECT_EQ(config.joiner.stall_hold, std::chrono::seconds(30));
}

TEST_F(ConfigTest, TheStallHoldIsSetByFileVariableAndFlagWithinItsBounds) {
  WriteFile("joiner: {stall_hold: 10m}\n");
  EXPECT_EQ(Joiner().joiner.stall_hold, std::chrono::minutes(10));
  environment_ = {{"ONEWAY_JOINER_STALL_HOLD", "5s"}};
  EXPECT_EQ(Joiner().joiner.stall_hold, std::chrono::seconds(5));
  EXPECT_EQ(Joiner({"--stall-hold=0s"}).joiner.stall_hold, std::chrono::seconds(0));
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--stall-hold=11m"}),
              HasSubstr("--stall-hold: `11m` must be from 0s to 10m"));
}

TEST_F(ConfigTest, TheFileMayComeFromAVariable) {
  WriteFile("partitioner:\n  listen: 0.0.0.0:9000\n");
  const std::string file = File();
  environment_ = {{"ONEWAY_CONFIG", file}};
  const char* argv[] = {"oneway-partitioner"};
  const auto loaded = LoadConfig(Role::kPartitioner, 1, argv, environment_);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->config.partitioner.listen, "0.0.0.0:9000");
}

TEST_F(ConfigTest, EveryKindOfFlagIsUnderstood) {
  const Config config = Joiner({"--seed=0x5eed", "--joiners", "a=127.0.0.1:1,b=[::1]:2", "--name=b", "--durability",
                                "none", "--accept-loss", "--stretch-rows", "8192", "--shutdown-grace", "250ms"});
  EXPECT_EQ(config.cluster.seed, hash::HashSeed(0x5eed));
  ASSERT_EQ(config.cluster.joiners.size(), 2u);
  EXPECT_EQ(config.joiner.listen, "[::1]:2");
  EXPECT_EQ(config.joiner.durability, Durability::kNone);
  EXPECT_TRUE(config.joiner.accept_loss);
  EXPECT_EQ(config.joiner.stretch_rows, 8192u);
  EXPECT_EQ(config.joiner.shutdown_grace, std::chrono::milliseconds(250));
}

TEST_F(ConfigTest, ASwitchIsOffUnlessSaidAndMayBeSwitchedOffAgain) {
  EXPECT_FALSE(Joiner().joiner.accept_loss);
  WriteFile("joiner: {accept_loss: true}\n");
  EXPECT_TRUE(Joiner().joiner.accept_loss);
  EXPECT_FALSE(Joiner({"--accept-loss=false"}).joiner.accept_loss);
}

TEST_F(ConfigTest, ThePartitionersNameFollowsFromHostAndProcess) {
  EXPECT_THAT(Partitioner().partitioner.name, MatchesRegex("[a-z0-9._-]+-" + std::to_string(getpid())));
  EXPECT_EQ(Partitioner({"--name", "p-7"}).partitioner.name, "p-7");
}

TEST_F(ConfigTest, AJoinerNeedsADataFolder) {
  EXPECT_EQ(Refusal(Role::kJoiner),
            "--data is required: the folder where this joiner keeps its journal, e.g. --data /var/lib/oneway");
}

TEST_F(ConfigTest, AJoinerMustBeInTheList) {
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--joiners=joiner-0=h:1,joiner-1=h:2", "--name=joiner-7"}),
              HasSubstr("--name: `joiner-7` is not in the list of joiners (joiner-0, joiner-1)"));
}

TEST_F(ConfigTest, AnUnknownVariableIsNamedWithASuggestion) {
  environment_ = {{"ONEWAY_JOINER_MEMORY_MX", "1GiB"}};
  EXPECT_EQ(Refusal(Role::kPartitioner),
            "unknown variable ONEWAY_JOINER_MEMORY_MX; did you mean `ONEWAY_JOINER_MEMORY_MAX`?");
}

TEST_F(ConfigTest, VariablesThatKubernetesSetsForServicesAreLeftAlone) {
  environment_ = {
      {"ONEWAY_JOINER_SERVICE_HOST", "10.0.0.1"},       {"ONEWAY_JOINER_SERVICE_PORT", "7200"},
      {"ONEWAY_JOINER_SERVICE_PORT_GRPC", "7200"},      {"ONEWAY_JOINER_PORT", "tcp://10.0.0.1:7200"},
      {"ONEWAY_JOINER_PORT_7200_TCP_ADDR", "10.0.0.1"}, {"ONEWAY_JOINER_PORT_7200_TCP", "tcp://10.0.0.1:7200"}};
  EXPECT_EQ(Refusal(Role::kPartitioner), "loaded");
}

TEST_F(ConfigTest, TheToolsOwnVariableIsLeftAlone) {
  environment_ = {{"ONEWAY_SERVER", "10.0.0.1:7100"}};
  EXPECT_EQ(Refusal(Role::kPartitioner), "loaded");
}

TEST_F(ConfigTest, AWrongVariableIsNamed) {
  environment_ = {{"ONEWAY_JOINER_SKEW_MAX", "5"}};
  EXPECT_THAT(Refusal(Role::kPartitioner), HasSubstr("ONEWAY_JOINER_SKEW_MAX: `5` has no unit"));
}

TEST_F(ConfigTest, AnUnknownFlagIsNamedWithASuggestion) {
  EXPECT_EQ(Refusal(Role::kJoiner, {"--memory-mx", "4GiB"}), "unknown flag --memory-mx; did you mean `--memory-max`?");
  EXPECT_EQ(Refusal(Role::kJoiner, {"run"}), "unexpected argument `run`; see --help");
}

TEST_F(ConfigTest, AFlagOfTheOtherRoleIsUnknown) {
  EXPECT_THAT(Refusal(Role::kPartitioner, {"--data", "/d"}), HasSubstr("unknown flag --data"));
}

TEST_F(ConfigTest, AWrongFlagIsNamed) {
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--durability=fsnyc"}),
              testing::StrEq("--durability: `fsnyc` is none of: fsync, none; did you mean `fsync`?"));
  EXPECT_EQ(Refusal(Role::kJoiner, {"--data"}), "--data: needs exactly one value");
  EXPECT_EQ(Refusal(Role::kJoiner, {"--shards=1", "--shards=2"}), "--shards: needs exactly one value");
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--memory-max=4GB"}),
              HasSubstr("--memory-max: `4GB` is not a size"));
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--stretch-rows=5000"}), HasSubstr("must be a multiple of 4096"));
  EXPECT_THAT(Refusal(Role::kJoiner, {"--data=/d", "--listen=localhost"}),
              HasSubstr("--listen: `localhost` has no port"));
}

TEST_F(ConfigTest, AllProblemsAreShownAtOnce) {
  WriteFile("joiner:\n  shards: many\n");
  environment_ = {{"ONEWAY_JOINER_SKEW_MAX", "5"}};
  EXPECT_THAT(Refusal(Role::kJoiner, {"--memory-max=x"}),
              MatchesRegex("oneway.yaml:2: joiner.shards: .*\nONEWAY_JOINER_SKEW_MAX: .*\n--memory-max: .*"));
}

}  // namespace
}  // namespace oneway::process
