// SPDX-License-Identifier: Apache-2.0
//
// Concern: the demo as a new user runs it. A whole cluster and two applications, a gateway that stops and a joiner that
// is killed: nothing is lost, nothing counts twice, and what is told at the end is true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>

#include "common/process/child_process.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {
namespace {

using testing::HasSubstr;

constexpr auto kEndWaitMax = std::chrono::minutes(3);

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One run of `oneway demo`, with a temporary folder of its own to work in.
class Demo {
 public:
  explicit Demo(const std::string& arguments) {
    std::filesystem::create_directory(work_path());
    auto environment = process::CurrentEnvironment();
    environment["TMPDIR"] = work_path();
    const std::string command = "exec " ONEWAY_CLI_BINARY " demo " + arguments + " >" + out_path();
    auto child = process::ChildProcess::Start(
        {.command = {"/bin/sh", "-c", command}, .environment = environment, .log_path = progress_path()});
    EXPECT_TRUE(child.ok()) << child.status();
    if (child.ok()) process_ = *std::move(child);
  }

  // Waits for its end; its exit code.
  int End() { return process_ == nullptr ? -1 : process_->Wait(kEndWaitMax).value_or(-1); }
  bool Ended() { return process_ == nullptr || process_->Wait(std::chrono::milliseconds(20)).has_value(); }
  void Interrupt() { process_->Signal(SIGINT); }
  std::string Progress() const { return ReadWhole(progress_path()); }
  std::string Result() const { return ReadWhole(out_path()); }
  bool LeftSomethingBehind() const { return !std::filesystem::is_empty(work_path()); }

 private:
  std::string work_path() const { return folder_.path() + "/work"; }
  std::string out_path() const { return folder_.path() + "/out"; }
  std::string progress_path() const { return folder_.path() + "/progress"; }

  TemporaryFolder folder_;
  std::unique_ptr<process::ChildProcess> process_;
};

uint64_t CountAt(simdjson::dom::element result, const std::string& pointer) {
  uint64_t count = ~uint64_t{0};
  EXPECT_EQ(result.at_pointer(pointer).get(count), simdjson::SUCCESS) << pointer;
  return count;
}

void ExpectBalanced(simdjson::dom::element result) {
  const auto balance = [&](const char* name) { return CountAt(result, "/balance/" + std::string(name)); };
  EXPECT_EQ(balance("unexplained"), 0u);
  EXPECT_EQ(balance("started"), balance("matched") + balance("expired") + balance("superseded") + balance("open"));
}

void ExpectTasksAsTheirApplicationMeasuredThem(const std::string& progress) {
  static const std::regex kPattern(
      R"(itself measured (\d+) tasks, mean ([0-9.]+) s; Oneway (\d+) tasks, mean ([0-9.]+) s)");
  std::smatch figures;
  ASSERT_TRUE(std::regex_search(progress, figures, kPattern));
  EXPECT_EQ(figures[1], figures[3]);
  EXPECT_EQ(figures[2], figures[4]);
}

TEST(DemoTest, BreaksThingsAndAccountsForEveryStart) {
  Demo demo("--seconds 30 --json");
  Demo beside("--seconds 10 --json");  // a second one is not in the way
  EXPECT_EQ(beside.End(), 0) << beside.Progress();
  ASSERT_EQ(demo.End(), 0) << demo.Progress();
  EXPECT_FALSE(demo.LeftSomethingBehind());

  const std::string text = demo.Result();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  simdjson::dom::parser parser;
  simdjson::dom::element result;
  ASSERT_EQ(parser.parse(text).get(result), simdjson::SUCCESS) << text;
  for (const char* flow : {"push", "message-delivery", "typing-indicator", "seen-receipt", "task"}) {
    EXPECT_GT(CountAt(result, "/flows/" + std::string(flow) + "/matched"), 0u) << flow;
  }
  EXPECT_GT(CountAt(result, "/flows/push/expired"), 0u);
  EXPECT_GT(CountAt(result, "/flows/push/extra"), 0u);
  EXPECT_EQ(CountAt(result, "/restarts"), 1u);
  ExpectBalanced(result);

  const std::string progress = demo.Progress();
  EXPECT_THAT(progress, HasSubstr("\n10 s: gateway apns was stopped for 3 s"));
  EXPECT_THAT(progress, HasSubstr("\n20 s: joiner-1 was killed (SIGKILL)"));
  ExpectTasksAsTheirApplicationMeasuredThem(progress);
}

TEST(DemoTest, InterruptedItEndsInOrder) {
  Demo demo("--seconds 600 --json");
  const auto deadline = std::chrono::steady_clock::now() + kEndWaitMax;
  while (demo.Progress().find("5 s of 600 s") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << demo.Progress();
    ASSERT_FALSE(demo.Ended()) << demo.Progress();
  }
  demo.Interrupt();
  EXPECT_EQ(demo.End(), 0) << demo.Progress();
  EXPECT_FALSE(demo.LeftSomethingBehind());
  EXPECT_THAT(demo.Progress(), HasSubstr("\nbalanced: every start is accounted for\n"));
}

}  // namespace
}  // namespace oneway::test
