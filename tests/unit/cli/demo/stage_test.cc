// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/stage.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/temporary_folder.h"

namespace oneway::cli::demo {
namespace {

class StageTest : public testing::Test {
 protected:
  // A stage with one role that runs a shell script.
  Stage StageWith(const std::string& script, const std::string& http_address = "") {
    Cast cast;
    cast.roles = {
        {.name = "one", .command = {"/bin/sh", "-c", script}, .http_address = http_address, .health_path = "/"}};
    return Stage(std::move(cast), folder_.path(), wait_);
  }

  std::string LogEnd(size_t lines = 1) const { return EndOfFile(folder_.path() + "/one.log", lines); }

  test::TemporaryFolder folder_;
  Wait wait_;
};

TEST_F(StageTest, WhoEndsBeforeItServesIsNamedWithTheEndOfItsLog) {
  Stage stage = StageWith("echo cannot bind; exit 7", "127.0.0.1:1");
  const absl::Status status = stage.Start({"one"});
  EXPECT_EQ(std::string(status.message()), "one ended with code 7; the end of its log:\n  cannot bind");
}

TEST_F(StageTest, WhoEndsByItselfIsNoticed) {
  Stage stage = StageWith("kill -KILL $$");
  ASSERT_TRUE(stage.Start({"one"}).ok());
  while (stage.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  EXPECT_EQ(std::string(stage.Check().message()), "one was ended by signal 9; the end of its log:\n  (empty)");
}

TEST_F(StageTest, WhoWasKilledMayBeAway) {
  Stage stage = StageWith("kill -STOP $$");
  ASSERT_TRUE(stage.Launch("one").ok());
  EXPECT_TRUE(stage.Runs("one"));
  stage.Kill("one");
  EXPECT_FALSE(stage.Runs("one"));
  EXPECT_TRUE(stage.Check().ok());
}

TEST_F(StageTest, EndWaitsForTheEndEvenOfWhoIsStopped) {
  Stage stage = StageWith("trap 'echo flushed; exit 0' TERM; echo ready; kill -STOP $$; while :; do sleep 1; done");
  ASSERT_TRUE(stage.Launch("one").ok());
  while (LogEnd() != "  ready") ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  stage.End({"one", "two"});
  EXPECT_FALSE(stage.Runs("one"));
  EXPECT_EQ(LogEnd(), "  flushed");
}

TEST_F(StageTest, ASignalEndsEveryWait) {
  EXPECT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  raise(SIGTERM);
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
  EXPECT_TRUE(wait_.asked_to_end());
  EXPECT_FALSE(wait_.For(std::chrono::minutes(10)));
}

TEST_F(StageTest, AProgramOfTheUsersOwnSettingsDoesNotSeeThem) {
  setenv("ONEWAY_CONFIG", "/etc/other.yaml", 1);
  Stage stage = StageWith("echo \"${ONEWAY_CONFIG:-none}\"");
  ASSERT_TRUE(stage.Launch("one").ok());
  while (stage.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  unsetenv("ONEWAY_CONFIG");
  EXPECT_EQ(LogEnd(), "  none");
}

TEST_F(StageTest, TheEndOfALogIsItsLastLines) {
  Stage stage = StageWith("echo one; echo two; echo three");
  ASSERT_TRUE(stage.Launch("one").ok());
  while (stage.Check().ok()) ASSERT_TRUE(wait_.For(std::chrono::milliseconds(1)));
  EXPECT_EQ(LogEnd(2), "  two\n  three");
  EXPECT_EQ(EndOfFile(folder_.path() + "/nothing", 2), "  (empty)");
}

}  // namespace
}  // namespace oneway::cli::demo
