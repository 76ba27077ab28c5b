// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstdlib>
#include <iterator>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;

using CommandLineTest = VerbTest;

TEST_F(CommandLineTest, EachVerbHelpsWithExamples) {
  for (const char* verb : {"send", "get", "stats", "balance", "top"}) {
    EXPECT_EQ(Run({verb, "--help"}), 0) << verb;
    EXPECT_THAT(out_.str(), HasSubstr("Examples:\n  oneway " + std::string(verb)));
  }
  EXPECT_EQ(Run({"send", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("--key t-1 --part-started 7\n"));
}

TEST_F(CommandLineTest, AnUnknownVerbOrFlagIsAUsageError) {
  EXPECT_EQ(Run({"frobnicate"}), 64);
  EXPECT_EQ(Run({"stats", "--frobnicate"}), 64);
  EXPECT_EQ(Run({}), 64);
  EXPECT_NE(err_.str(), "");
}

TEST_F(CommandLineTest, TheServerMayBeNamedBehindTheVerb) {
  server_address_ = "127.0.0.1:1";
  EXPECT_EQ(Run({"balance", "--server", server_->target()}), 0);
}

TEST_F(CommandLineTest, TheDemoTakesNoServer) {
  EXPECT_EQ(Run({"demo"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("--server: the demo runs a partitioner of its own"));
  const char* behind[] = {"oneway", "demo", "--server", "127.0.0.1:7100"};
  EXPECT_EQ(RunCommandLine(std::size(behind), behind, console_), 64);
}

TEST_F(CommandLineTest, TheDemoNeedsATemporaryFolderAndLeavesTheServerOfOtherVerbsAlone) {
  setenv("TMPDIR", "/nonexistent", 1);
  setenv("ONEWAY_SERVER", "127.0.0.1:7100", 1);
  const char* demo[] = {"oneway", "demo"};
  EXPECT_EQ(RunCommandLine(std::size(demo), demo, console_), 2);
  unsetenv("TMPDIR");
  unsetenv("ONEWAY_SERVER");
  EXPECT_EQ(err_.str(), "oneway demo: cannot make a temporary folder; set TMPDIR to a folder that can be written to\n");
}

TEST_F(CommandLineTest, VersionIsTold) {
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("0.1.0"));
}

}  // namespace
}  // namespace oneway::cli
