// SPDX-License-Identifier: Apache-2.0
// What --help and --version print, and that one table of settings drives them.
#include <set>

#include "common/process/layers.h"
#include "common/process/version.h"
#include "tests/unit/common/process/config_fixture.h"

namespace oneway::process {
namespace {

using testing::HasSubstr;
using testing::Not;

class HelpTest : public ConfigTest {
 protected:
  std::string Help(Role role) {
    const auto loaded = Load(role, {"--help"});
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->action, Action::kHelp);
    return loaded->text;
  }
};

TEST_F(HelpTest, ShowsTheFlagsOfTheRoleAndTheClusterWithTheirDefaults) {
  const std::string help = Help(Role::kJoiner);
  EXPECT_THAT(help, HasSubstr("--memory-max SIZE"));
  EXPECT_THAT(help, HasSubstr("Default: 4GiB."));
  EXPECT_THAT(help, HasSubstr("--joiners NAME=HOST:PORT,..."));
  EXPECT_THAT(help, HasSubstr("Default: joiner-0=127.0.0.1:7200."));
  EXPECT_THAT(help, HasSubstr("--accept-loss\n"));
  EXPECT_THAT(help, HasSubstr("Usage: oneway-program --data FOLDER"));
  EXPECT_THAT(help, Not(HasSubstr("--buffer-bytes-max")));
  EXPECT_THAT(Help(Role::kPartitioner), HasSubstr("--buffer-bytes-max SIZE"));
  EXPECT_THAT(Help(Role::kPartitioner), Not(HasSubstr("--memory-max")));
}

TEST_F(HelpTest, FitsATerminal) {
  for (const Role role : {Role::kJoiner, Role::kPartitioner}) {
    std::istringstream help(Help(role));
    for (std::string line; std::getline(help, line);) EXPECT_LE(line.size(), 90u) << line;
  }
}

TEST_F(HelpTest, IsShownWhateverElseIsWrong) {
  environment_ = {{"ONEWAY_NONSENSE", "1"}};
  const auto loaded = Load(Role::kJoiner, {"--help", "--no-such-flag"});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->action, Action::kHelp);
}

TEST_F(HelpTest, TheVersionNamesRevisionLibrariesAndFormats) {
  const auto loaded = Load(Role::kJoiner, {"--version"});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->action, Action::kVersion);
  EXPECT_EQ(loaded->text, VersionText());
  EXPECT_THAT(loaded->text, testing::ContainsRegex("^oneway [0-9]+\\.[0-9]+\\.[0-9]+\n"
                                                   "revision: (unknown|[0-9a-f]{12}(-modified)?)\n"
                                                   "build: .+, .+ [0-9]+\\..*\n"
                                                   "libraries: gRPC [0-9].*, protobuf [0-9].*, RocksDB [0-9].*, Boost "
                                                   "[0-9].*, glog [0-9].*\n"
                                                   "formats: wire 1, disk 1\n$"));
}

TEST(SettingTableTest, NamesFollowFromSectionAndKey) {
  for (const Setting& setting : JoinerSettings()) {
    if (setting.key != "memory_max") continue;
    EXPECT_EQ(setting.Path(), "joiner.memory_max");
    EXPECT_EQ(setting.Variable(), "ONEWAY_JOINER_MEMORY_MAX");
    EXPECT_EQ(setting.Flag(), "--memory-max");
  }
}

TEST(SettingTableTest, FlagsOfARoleDiffer) {
  for (const Role role : {Role::kJoiner, Role::kPartitioner}) {
    std::set<std::string> flags;
    for (const Setting& setting : SettingsWithFlags(role)) {
      EXPECT_TRUE(flags.insert(setting.Flag()).second) << setting.Flag();
    }
  }
}

TEST(SettingTableTest, EveryDefaultIsShownInAFormThatIsAccepted) {
  for (const Setting& setting : AllSettings()) {
    EXPECT_FALSE(setting.help.empty()) << setting.Path();
    if (!setting.default_is_value) continue;
    Config config = DefaultConfig();
    EXPECT_TRUE(setting.set(setting.default_text, config).ok()) << setting.Path();
    EXPECT_EQ(setting.show(config), setting.show(DefaultConfig())) << setting.Path();
  }
}

}  // namespace
}  // namespace oneway::process
