// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/processes.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/temporary_folder.h"

namespace oneway::cli::demo {
namespace {

class ProcessesTest : public testing::Test {
 protected:
  // One process that runs a shell script.
  Processes ProcessesWith(const std::string& script, const std::string& http_address = "") {
    ProcessPlan plan;
    plan.processes = {
        {.name = "one", .command = {"/bin/sh", "-c", script}, .http_address = http_address, .health_path = "/"}};
    return Processes(std::move(plan), folder_.path(), wait_);
  }

  std::string LogEnd(size_t lines = 1) const { return EndOfFile(folder_.path() + "/one.log", lines); }

  test::TemporaryFolder folder_;
  Wait wait_;
};

TEST_F(ProcessesTest, WhoEndsBeforeItServesIsNamedWithTheEndOfItsLog) {
  Processes processes = ProcessesWith("echo cannot bind; exit 7", "127.0.0.1:1");
  const absl::Status status = processes.Start({"one"});
  EXPECT_EQ(std::string(status.message()), "one ended with code 7; the end of its log:\n  cannot bind");
}

TEST_F(ProcessesTest, WhoEndsByItselfIsNoticed) {
  Processes processes = ProcessesWith("kill -KILL $$");
  ASSERT_TRUE(processes.Start({"one"}).ok());
  while (processes.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  EXPECT_EQ(std::string(processes.Check().message()), "one was ended by signal 9; the end of its log:\n  (empty)");
}

TEST_F(ProcessesTest, WhoWasKilledMayBeAway) {
  Processes processes = ProcessesWith("kill -STOP $$");
  ASSERT_TRUE(processes.Launch("one").ok());
  EXPECT_TRUE(processes.Runs("one"));
  processes.Kill("one");
  EXPECT_FALSE(processes.Runs("one"));
  EXPECT_TRUE(processes.Check().ok());
}

TEST_F(ProcessesTest, EndWaitsForTheEndEvenOfWhoIsStopped) {
  Processes processes =
      ProcessesWith("trap 'echo flushed; exit 0' TERM; echo ready; kill -STOP $$; while :; do sleep 1; done");
  ASSERT_TRUE(processes.Launch("one").ok());
  while (LogEnd() != "  ready") ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  processes.End({"one", "two"});
  EXPECT_FALSE(processes.Runs("one"));
  EXPECT_EQ(LogEnd(), "  flushed");
}

TEST_F(ProcessesTest, ASignalEndsEveryWait) {
  EXPECT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  raise(SIGTERM);
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
  EXPECT_TRUE(wait_.asked_to_end());
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
}

TEST_F(ProcessesTest, AProgramOfTheUsersOwnSettingsDoesNotSeeThem) {
  setenv("ONEWAY_CONFIG", "/etc/other.yaml", 1);
  Processes processes = ProcessesWith("echo \"${ONEWAY_CONFIG:-none}\"");
  ASSERT_TRUE(processes.Launch("one").ok());
  while (processes.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  unsetenv("ONEWAY_CONFIG");
  EXPECT_EQ(LogEnd(), "  none");
}

TEST_F(ProcessesTest, TheEndOfALogIsItsLastLines) {
  Processes processes = ProcessesWith("echo one; echo two; echo three");
  ASSERT_TRUE(processes.Launch("one").ok());
  while (processes.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  EXPECT_EQ(LogEnd(2), "  two\n  three");
  EXPECT_EQ(EndOfFile(folder_.path() + "/nothing", 2), "  (empty)");
}

}  // namespace
}  // namespace oneway::cli::demo
