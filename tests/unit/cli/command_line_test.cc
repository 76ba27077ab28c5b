// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;

using CommandLineTest = VerbTest;

TEST_F(CommandLineTest, EachVerbHelpsWithExamples) {
  for (const char* verb : {"send", "get", "stats", "balance"}) {
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

TEST_F(CommandLineTest, VersionIsTold) {
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("0.1.0"));
}

}  // namespace
}  // namespace oneway::cli
