// SPDX-License-Identifier: Apache-2.0
// `oneway validate` and `oneway config print`, which ask no server.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "cli/config_print.h"
#include "cli/console.h"
#include "cli/validate.h"
#include "tests/support/temporary_folder.h"

namespace oneway::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ConfigVerbsTest : public testing::Test {
 protected:
  void Write(const std::string& yaml) { std::ofstream(file_) << yaml; }

  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "oneway");
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    out_.str("");
    err_.str("");
    return RunCommandLine(static_cast<int>(pointers.size()), pointers.data(), console_);
  }

  const test::TemporaryFolder folder_;
  const std::string file_ = folder_.path() + "/oneway.yaml";
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  Console console_{.in = in_, .out = out_, .err = err_};
};

TEST_F(ConfigVerbsTest, AGoodFileIsOkWithTheNumberOfItsFlows) {
  Write("flows: [{name: a}, {name: b}]\n");
  EXPECT_EQ(Run({"validate", "-c", file_}), 0);
  EXPECT_EQ(out_.str(), file_ + ": ok, 2 flows\n");
}

TEST_F(ConfigVerbsTest, EveryProblemIsALineWithItsPlace) {
  Write("joiner:\n  shards: many\nflows:\n  - name: push\n    tll: 5m\n");
  EXPECT_EQ(Run({"validate", "-c", file_}), 78);
  EXPECT_EQ(out_.str(), file_ +
                            ":2: joiner.shards: `many` does not begin with a whole number; write for example 512\n" +
                            file_ + ":5: unknown key `tll` in flows[0]; did you mean `ttl`?\n");
}

TEST_F(ConfigVerbsTest, AFileThatIsNotThereIsAProblem) {
  EXPECT_EQ(Run({"validate", "-c", "/no/such.yaml"}), 78);
  EXPECT_EQ(out_.str(), "/no/such.yaml: cannot be read: No such file or directory\n");
}

TEST_F(ConfigVerbsTest, EveryValueIsPrintedWithItsOrigin) {
  Write("joiner: {shards: 2}\nflows: [{name: push, ttl: 1m}]\n");
  const ConfigPrintOptions options{.file = file_,
                                   .joiner = "joiner-0",
                                   .flags = {"--memory-max", "8GiB"},
                                   .environment = {{"ONEWAY_JOINER_SKEW_MAX", "1m"}}};
  EXPECT_EQ(ConfigPrint(options, console_), Exit::kOk);
  EXPECT_THAT(out_.str(),
              AllOf(StartsWith("cluster:\n  seed: 0  # default\n"), HasSubstr("  shards: 2  # " + file_ + ":1\n"),
                    HasSubstr("  memory_max: 8GiB  # flag --memory-max\n"),
                    HasSubstr("  skew_max: 1m  # variable ONEWAY_JOINER_SKEW_MAX\n"),
                    HasSubstr("    ttl: 1m  # " + file_ + ":2\n")));
}

TEST_F(ConfigVerbsTest, WhatIsPrintedOfAFileIsOkAgain) {
  Write("cluster:\n  joiners:\n    - {name: eu-1, address: \"127.0.0.1:7210\"}\n");
  ASSERT_EQ(Run({"config", "print", "-c", file_}), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("  # name:  # default: none, the list has no joiner-0\n"));
  Write(out_.str());
  EXPECT_EQ(Run({"validate", "-c", file_}), 0) << out_.str();
}

TEST_F(ConfigVerbsTest, FlagsOfAProcessStandBehindTwoDashes) {
  Write("");
  EXPECT_EQ(Run({"config", "print", "-c", file_, "--partitioner", "--", "--flush-interval", "5ms"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("  flush_interval: 5ms  # flag --flush-interval\n"));
  EXPECT_EQ(Run({"config", "print", "-c", file_, "--", "--flush-interval", "5ms"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("Say --joiner NAME or --partitioner"));
  EXPECT_EQ(Run({"config", "print", "--partitioner", "--joiner", "joiner-0"}), 64);
}

TEST_F(ConfigVerbsTest, ForProgramsThereIsJson) {
  Write("flows: [{name: push, labels: [app]}]\n");
  EXPECT_EQ(Run({"config", "print", "-c", file_, "--json"}), 0);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr(R"("memory_max":{"value":"4GiB","origin":"default"})"),
                                HasSubstr(R"("data":{"origin":"default: none, required"})"),
                                HasSubstr(R"("flows":[{"name":{"value":"push","origin":")" + file_ + R"(:1"})"),
                                HasSubstr(R"("labels":{"value":"[app]",)")));
}

TEST_F(ConfigVerbsTest, AWrongConfigurationIsNotPrinted) {
  Write("joiner: {shrds: 2}\n");
  EXPECT_EQ(Run({"config", "print", "-c", file_}), 78);
  EXPECT_THAT(out_.str(), IsEmpty());
  EXPECT_EQ(err_.str(), file_ + ":1: unknown key `shrds` in joiner; did you mean `shards`?\n");
}

TEST_F(ConfigVerbsTest, BothHelpWithExamples) {
  EXPECT_EQ(Run({"validate", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Examples:\n  oneway validate"));
  EXPECT_EQ(Run({"config", "print", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Examples:\n  oneway config print"));
}

}  // namespace
}  // namespace oneway::cli
