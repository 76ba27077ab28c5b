// SPDX-License-Identifier: Apache-2.0
#include "common/process/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "common/process/free_ports.h"
#include "tests/support/temporary_folder.h"

namespace oneway::process {
namespace {

using testing::HasSubstr;

constexpr auto kWaitMax = std::chrono::seconds(30);

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> Shell(const std::string& script) {
    auto child = ChildProcess::Start({.command = {"/bin/sh", "-c", script}, .log_path = log_path()});
    EXPECT_TRUE(child.ok()) << child.status();
    return *std::move(child);
  }
  std::string log_path() const { return folder_.path() + "/log"; }
  std::string Log() const {
    std::ifstream file(log_path());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  test::TemporaryFolder folder_;
};

TEST_F(ChildProcessTest, ItsExitCodeAndBothOutputsAreKept) {
  const auto child = Shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(child->Wait(kWaitMax), 7);
  EXPECT_EQ(child->Wait(kWaitMax), 7);
  EXPECT_FALSE(child->running());
  EXPECT_EQ(Log(), "out\nerr\n");
}

TEST_F(ChildProcessTest, ItReadsNothingAndInheritsNoFile) {
  const std::string open_here = folder_.path() + "/open-here";
  std::ofstream held(open_here);
  const auto child = Shell("cat; ls -l /proc/$$/fd");
  EXPECT_EQ(child->Wait(kWaitMax), 0);
  EXPECT_THAT(Log(), testing::Not(HasSubstr("open-here")));
  EXPECT_THAT(Log(), HasSubstr("/dev/null"));
}

TEST_F(ChildProcessTest, ASignalThatEndsItIsToldAsItsNegative) {
  const auto child = Shell("kill -STOP $$; exit 0");
  child->Signal(SIGKILL);
  EXPECT_EQ(child->Wait(kWaitMax), -SIGKILL);
  child->Signal(SIGTERM);  // it has ended: nothing happens
}

TEST_F(ChildProcessTest, SignalsThatAreBlockedOrIgnoredHereAreNotBlockedOrIgnoredThere) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto handler = ::signal(SIGPIPE, SIG_IGN);
  // Not through a shell, which blocks signals while it waits.
  const auto child = ChildProcess::Start(
      {.command = {"/usr/bin/grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"}, .log_path = log_path()});
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ((*child)->Wait(kWaitMax), 0);
  ::signal(SIGPIPE, handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(Log(), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(ChildProcessTest, ItHasTheEnvironmentItIsGivenAndNoOther) {
  const auto child = ChildProcess::Start(
      {.command = {"/usr/bin/env"}, .environment = {{"A", "1"}, {"B", "two words"}}, .log_path = log_path()});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ((*child)->Wait(kWaitMax), 0);
  EXPECT_EQ(Log(), "A=1\nB=two words\n");
}

TEST_F(ChildProcessTest, AProgramThatIsNotThereIsAnErrorThatNamesIt) {
  const auto child = ChildProcess::Start({.command = {folder_.path() + "/nothing"}, .log_path = log_path()});
  EXPECT_THAT(std::string(child.status().message()), HasSubstr("cannot run " + folder_.path() + "/nothing"));
  EXPECT_TRUE(absl::IsNotFound(child.status()));
}

TEST_F(ChildProcessTest, ItEndsWithTheObjectEvenWhenStopped) {
  auto child = Shell("kill -STOP $$; exit 0");
  const pid_t id = child->id();
  child.reset();
  EXPECT_EQ(kill(id, 0), -1);
}

TEST_F(ChildProcessTest, ItEndsWhenItsParentIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    close(ends[0]);
    const auto child = ChildProcess::Start({.command = {"/bin/sh", "-c", "kill -STOP $$"}, .log_path = log_path()});
    const pid_t id = child.ok() ? (*child)->id() : 0;
    [[maybe_unused]] const ssize_t written = write(ends[1], &id, sizeof(id));
    raise(SIGKILL);
  }
  close(ends[1]);
  pid_t child = 0;
  ASSERT_EQ(read(ends[0], &child, sizeof(child)), static_cast<ssize_t>(sizeof(child)));
  close(ends[0]);
  ASSERT_GT(child, 0);
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  // Nobody here may wait for a grandchild; it is gone, or a zombie that its new parent has not yet collected.
  const auto is_gone = [child] {
    std::ifstream status("/proc/" + std::to_string(child) + "/stat");
    std::string id, name, state;
    return !(status >> id >> name >> state) || state == "Z";
  };
  while (!is_gone() && std::chrono::steady_clock::now() < deadline) sched_yield();
  EXPECT_TRUE(is_gone());
}

TEST(FreePortsTest, TheyDiffer) {
  const auto ports = FreePorts(50);
  ASSERT_TRUE(ports.ok());
  EXPECT_EQ(std::set<uint16_t>(ports->begin(), ports->end()).size(), 50u);
}

}  // namespace
}  // namespace oneway::process
