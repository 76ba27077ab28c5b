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
#include <memory>
#include <regex>
#include <string>

#include "cli/demo/http_probe.h"
#include "common/process/child_process.h"
#include "tests/support/read_file.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {
namespace {

using testing::HasSubstr;

constexpr auto kEndWaitMax = std::chrono::minutes(3);

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
  // Waits until its progress says so.
  void Await(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + kEndWaitMax;
    while (Progress().find(text) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << Progress();
      ASSERT_FALSE(Ended()) << Progress();
    }
  }
  void Interrupt() { process_->Signal(SIGINT); }
  std::string Progress() const { return ReadFile(progress_path()); }
  std::string Result() const { return ReadFile(out_path()); }
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

// Only pushes get lost, by plan.
void ExpectNothingWasLost(simdjson::dom::element result) {
  for (const char* flow : {"message-delivery", "typing-indicator", "seen-receipt", "task"}) {
    const std::string place = "/flows/" + std::string(flow);
    EXPECT_GT(CountAt(result, place + "/started"), 0u) << flow;
    EXPECT_EQ(CountAt(result, place + "/matched"), CountAt(result, place + "/started")) << flow;
    EXPECT_EQ(CountAt(result, place + "/open"), 0u) << flow;
  }
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
  EXPECT_GT(CountAt(result, "/flows/push/matched"), 0u);
  EXPECT_GT(CountAt(result, "/flows/push/expired"), 0u);
  EXPECT_GT(CountAt(result, "/flows/push/extra"), 0u);
  EXPECT_EQ(CountAt(result, "/restarts"), 1u);
  ExpectBalanced(result);
  ExpectNothingWasLost(result);

  const std::string progress = demo.Progress();
  EXPECT_THAT(progress, HasSubstr("\n10 s: gateway apns was stopped for 3 s"));
  EXPECT_THAT(progress, HasSubstr("\n20 s: joiner-1 was killed (SIGKILL)"));
  ExpectTasksAsTheirApplicationMeasuredThem(progress);
}

void ExpectThatItsPageAnswers(const std::string& progress) {
  static const std::regex kPattern(R"(\nIn a browser: http://([0-9.:]+)/\n)");
  std::smatch address;
  ASSERT_TRUE(std::regex_search(progress, address, kPattern)) << progress;
  EXPECT_TRUE(cli::demo::AnswersOk(address[1], "/", std::chrono::seconds(10))) << address[1];
}

class InterruptedDemoTest : public testing::TestWithParam<const char*> {};

TEST_P(InterruptedDemoTest, EndsInOrderAndLosesNothing) {
  Demo demo("--seconds 10 --json");
  ASSERT_NO_FATAL_FAILURE(demo.Await(GetParam()));
  demo.Interrupt();
  ASSERT_EQ(demo.End(), 0) << demo.Progress();
  EXPECT_FALSE(demo.LeftSomethingBehind());
  EXPECT_THAT(demo.Progress(), HasSubstr("\nbalanced: every start is accounted for"));
  simdjson::dom::parser parser;
  const simdjson::dom::element result = parser.parse(demo.Result()).value();
  ExpectBalanced(result);
  ExpectNothingWasLost(result);
  ExpectTasksAsTheirApplicationMeasuredThem(demo.Progress());
}

INSTANTIATE_TEST_SUITE_P(DuringTheStopAndWhileAJoinerIsAway, InterruptedDemoTest,
                         testing::Values("gateway apns was stopped", "joiner-1 was killed"),
                         [](const auto& test) { return test.index == 0 ? "Stop" : "Kill"; });

TEST(DemoTest, InterruptedOnceMoreItIsKilledAndLeavesNothingBehind) {
  Demo demo("--seconds 600 --json");
  ASSERT_NO_FATAL_FAILURE(demo.Await("Try in another terminal"));
  ExpectThatItsPageAnswers(demo.Progress());
  demo.Interrupt();
  ASSERT_NO_FATAL_FAILURE(demo.Await("ending"));
  demo.Interrupt();
  EXPECT_EQ(demo.End(), 2) << demo.Progress();
  EXPECT_FALSE(demo.LeftSomethingBehind());
  EXPECT_THAT(demo.Progress(), HasSubstr("killed before its end: no result\n"));
}

TEST(DemoTest, EndsInOrderWhenNobodyReadsItAnyMore) {
  Demo demo("--seconds 600 | head -n 3");
  EXPECT_EQ(demo.End(), 0);
  EXPECT_FALSE(demo.LeftSomethingBehind());
  EXPECT_THAT(demo.Result(), HasSubstr(" s of 600 s\n"));
}

}  // namespace
}  // namespace oneway::test
