// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/processes.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "tests/support/temporary_folder.h"

namespace oneway::cli::demo {
namespace {

constexpr std::array kOne = {"one"};

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
  const absl::Status status = processes.Start(kOne);
  EXPECT_EQ(std::string(status.message()), "one ended with code 7; the end of its log:\n  cannot bind");
}

TEST_F(ProcessesTest, WhoEndsByItselfIsNoticed) {
  Processes processes = ProcessesWith("kill -KILL $$");
  ASSERT_TRUE(processes.Start(kOne).ok());
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
  EXPECT_TRUE(processes.End(std::array{"one", "two"}).ok());
  EXPECT_FALSE(processes.Runs("one"));
  EXPECT_EQ(LogEnd(), "  flushed");
}

TEST_F(ProcessesTest, AnotherThanTheAwaitedOneThatEndsIsNamedAtOnce) {
  ProcessPlan plan;
  plan.processes = {{.name = "awaited",
                     .command = {"/bin/sh", "-c", "exec sleep 600"},
                     .http_address = "127.0.0.1:1",
                     .health_path = "/"},
                    {.name = "other", .command = {"/bin/sh", "-c", "exit 3"}, .http_address = "", .health_path = ""}};
  Processes processes(std::move(plan), folder_.path(), wait_);
  const absl::Status status = processes.Start(std::array{"awaited", "other"});
  EXPECT_EQ(std::string(status.message()), "other ended with code 3; the end of its log:\n  (empty)");
}

TEST_F(ProcessesTest, WhoRunsIsNotStartedAgain) {
  Processes processes = ProcessesWith("echo started; exec sleep 600");
  ASSERT_TRUE(processes.Start(kOne).ok());
  ASSERT_TRUE(processes.Start(kOne).ok());
  while (LogEnd() == "  (empty)") ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  EXPECT_EQ(LogEnd(2), "  started");
}

TEST_F(ProcessesTest, ASignalCutsTheEndShort) {
  Processes processes = ProcessesWith("trap '' TERM; echo ready; while :; do sleep 1; done");
  ASSERT_TRUE(processes.Launch("one").ok());
  while (LogEnd() != "  ready") ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  raise(SIGINT);
  EXPECT_TRUE(absl::IsCancelled(processes.End(kOne)));
  EXPECT_TRUE(processes.Runs("one"));
}

TEST_F(ProcessesTest, ASignalEndsEveryWait) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Wait wait;
    EXPECT_TRUE(wait.For(std::chrono::milliseconds(1)));
    raise(signal);
    EXPECT_FALSE(wait.For(std::chrono::minutes(10))) << signal;
    EXPECT_FALSE(wait.For(std::chrono::minutes(10))) << signal;
  }
}

TEST_F(ProcessesTest, TheEndingIsEndedByALaterSignalOnly) {
  raise(SIGTERM);
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
  wait_.BeginEnding();
  EXPECT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  raise(SIGTERM);
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
}

TEST_F(ProcessesTest, AHangUpThatIsIgnoredStaysIgnored) {
  std::signal(SIGHUP, SIG_IGN);
  {
    Wait wait;
    raise(SIGHUP);
    EXPECT_TRUE(wait.For(std::chrono::milliseconds(1)));
  }
  std::signal(SIGHUP, SIG_DFL);
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
