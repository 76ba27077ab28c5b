// SPDX-License-Identifier: Apache-2.0
//
// Concern: SIGHUP changes how a joiner that runs judges, and a broken file changes nothing. Real processes and signals.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>

#include "client/client.h"
#include "common/process/child_process.h"
#include "common/process/exit_code.h"
#include "tests/support/process/cluster.h"
#include "tests/support/wait.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kWaitMax = 60s;
constexpr int kStarts = 100;

std::string FlowsWithTtl(const std::string& ttl) {
  return "flows:\n  - name: push\n    late_window: 1h\n    ttl: " + ttl + "\n";
}

class ReloadTest : public testing::Test {
 protected:
  ReloadTest()
      : cluster_({.flows = FlowsWithTtl("10m"), .joiner_flags = {"--stall-hold=1s"}}),
        sections_(WithoutFlows(ReadFile(cluster_.config_path()))) {
    cluster_.Start();
  }

  static std::string WithoutFlows(const std::string& config) { return config.substr(0, config.find("flows:")); }

  // Puts other flows into the file and lets the joiner read it.
  void Reload(const std::string& flows) {
    std::ofstream(cluster_.config_path()) << sections_ << flows;
    cluster_.joiner(0).Signal(SIGHUP);
  }

  // One key that is done, and many that wait for their ends.
  void SendFlows() {
    const auto client = client::Client::Create({.targets = cluster_.partitioner_addresses()});
    const client::Time now = std::chrono::system_clock::now();
    client->Start("push", "done", now - 1min);
    client->End("push", "done", now - 10s);
    for (int i = 0; i < kStarts; ++i) client->Start("push", "open-" + std::to_string(i), now - 30s);
    EXPECT_EQ(client->Shutdown(kWaitMax).acked, static_cast<uint64_t>(kStarts + 2));
  }

  void SendStart(const std::string& key) {
    const auto client = client::Client::Create({.targets = cluster_.partitioner_addresses()});
    client->Start("push", key, std::chrono::system_clock::now() - 30s);
    EXPECT_EQ(client->Shutdown(kWaitMax).acked, 1u);
  }

  uint64_t Metric(const std::string& name) {
    const std::string text = HttpGet(cluster_.joiner_http_address(0), "/metrics").body;
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? UINT64_MAX : std::stoull(text.substr(at + name.size() + 2));
  }

  void WaitUntil(const std::string& name, uint64_t value) {
    const bool comes = Eventually(kWaitMax, [&] { return Metric(name) == value; });
    ASSERT_TRUE(comes) << name << " is " << Metric(name) << ", not " << value;
  }

  // What `oneway validate` says of the file, and that it ends with `exit_code`.
  std::string Validate(int exit_code) {
    const std::string log = cluster_.folder() + "/validate.log";
    std::filesystem::remove(log);  // the output of each run is appended
    auto tool = process::ChildProcess::Start(
        {.command = {ONEWAY_CLI_BINARY, "validate", "-c", cluster_.config_path()}, .log_path = log});
    EXPECT_TRUE(tool.ok()) << tool.status();
    EXPECT_EQ((*tool)->Wait(kWaitMax), exit_code);
    return ReadFile(log);
  }

  Cluster cluster_;
  const std::string sections_;
};

TEST_F(ReloadTest, AShorterTtlExpiresOpenKeysAndABrokenFileChangesNothing) {
  SendFlows();
  WaitUntil("oneway_open{flow=\"push\"}", kStarts);
  EXPECT_EQ(Metric("oneway_config_last_reload_successful"), 1u);

  // Three seconds are less than the age of the open keys, and less than "done" took.
  Reload(FlowsWithTtl("3s"));
  WaitUntil("oneway_expired_total{flow=\"push\"}", kStarts);
  EXPECT_EQ(Metric("oneway_matched_total{flow=\"push\"}"), 1u) << "what is closed stays as it is";
  EXPECT_EQ(Metric("oneway_config_reload_failures_total"), 0u);
  EXPECT_EQ(Validate(process::kExitOk), cluster_.config_path() + ": ok, 1 flow\n");

  Reload("flows:\n  - name: push\n    tll: 10m\n    ttl: 0s\n  - name: task\n    settle: 1s\n");
  WaitUntil("oneway_config_reload_failures_total", 1);
  EXPECT_EQ(Metric("oneway_config_last_reload_successful"), 0u);
  // All problems, each once, in the log as from the tool.
  const std::string problems = Validate(process::kExitConfig);
  EXPECT_NE(problems.find("unknown key `tll` in flows[0]; did you mean `ttl`?\n"), std::string::npos) << problems;
  EXPECT_NE(problems.find("flows[0].ttl: `0s` must be from 1ns to 30d\n"), std::string::npos) << problems;
  EXPECT_NE(problems.find("flows[1].settle: is for fan-outs"), std::string::npos) << problems;
  const std::string log = ReadFile(cluster_.joiner_log(0));
  const size_t first = log.find(problems);
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find(problems, first + 1), std::string::npos);

  // The rules are still those of before: a start of half a minute ago is overdue.
  SendStart("afterwards");
  WaitUntil("oneway_expired_total{flow=\"push\"}", kStarts + 1);

  Reload(FlowsWithTtl("1h"));
  WaitUntil("oneway_config_last_reload_successful", 1);
}

TEST_F(ReloadTest, AnotherShapeOfAFlowInUseNeedsARestart) {
  SendFlows();
  Reload("flows:\n  - name: push\n    shape: fanout\n");
  WaitUntil("oneway_config_reload_failures_total", 1);
  const std::string log = ReadFile(cluster_.joiner_log(0));
  EXPECT_NE(log.find(":8: the flow `push` is in use with the other `shape`; restart the joiner to change it"),
            std::string::npos)
      << log;
  EXPECT_EQ(Validate(process::kExitOk), cluster_.config_path() + ": ok, 1 flow\n") << "a restart would take it";
}

TEST_F(ReloadTest, APartitionerOnlyChecksTheFile) {
  cluster_.partitioner(0).Signal(SIGHUP);
  const std::string log = cluster_.folder() + "/partitioner-0.log";
  const bool says_so = Eventually(
      kWaitMax, [&] { return ReadFile(log).find("read the configuration again: it is good") != std::string::npos; });
  ASSERT_TRUE(says_so) << ReadFile(log);
  SendFlows();  // it goes on
  EXPECT_TRUE(cluster_.partitioner(0).running());
}

}  // namespace
}  // namespace oneway::test
