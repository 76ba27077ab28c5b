// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner that runs takes changed flows between two commits, all or nothing.
#include "joiner/server/flow_reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

class FlowReloadTest : public testing::Test {
 protected:
  FlowReloadTest() { StartJoiner({.name = "push", .ttl = 10min, .retry_window = 5min, .late_window = 1h}); }

  void StartJoiner(const flow::Rules& push) {
    joiner_.reset();
    store_ = std::make_unique<journal::MemoryStore>(disk_);
    server::JoinerCore::Options options = JoinerHarness::OptionsFor(push);
    options.stall_hold = 0s;
    file_ = process::Loaded{};
    file_->config.flows = options.flows;
    reload_ = std::make_unique<server::FlowReload>(
        process::Config{}, [this] { return file_; }, clock_);
    joiner_ = std::make_unique<JoinerHarness>(std::move(options), clock_, *store_);
  }

  flow::Rules& Push() { return file_->config.flows.flows.at(0); }

  // Two commits: the first takes the file over, the second judges by it.
  void Reload() {
    reload_->Begin(joiner_->committer(), joiner_->core().dictionary());
    joiner_->Commit();
    joiner_->Commit();
  }

  Duration Now() const { return clock_.Wall() - time::FakeClock::kBase; }

  time::FakeClock clock_;
  std::shared_ptr<journal::MemoryDisk> disk_ = std::make_shared<journal::MemoryDisk>();
  std::unique_ptr<journal::MemoryStore> store_;
  absl::StatusOr<process::Loaded> file_;
  std::unique_ptr<server::FlowReload> reload_;  // outlives the committer
  std::unique_ptr<JoinerHarness> joiner_;
};

TEST_F(FlowReloadTest, OpenKeysTakeAShorterTtlAtOnceAndClosedOnesKeepTheirs) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("open", began), Start("done", began), End("done", began + 8min)});
  joiner_->PassTimeHearing(60s);
  EXPECT_EQ(joiner_->Story("open").state, join::KeyState::kOpen);
  Push().ttl = 10s;
  Reload();
  EXPECT_EQ(joiner_->Story("open").state, join::KeyState::kExpired);
  EXPECT_EQ(joiner_->Story("done").state, join::KeyState::kMatched);
  EXPECT_EQ(joiner_->Story("done").latency, 8min);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kExpired), 1u);
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

TEST_F(FlowReloadTest, TheFiguresTellWhatCameOfIt) {
  const Time started = clock_.Wall();
  EXPECT_TRUE(reload_->figures().successful);
  EXPECT_EQ(reload_->figures().at, started);

  const absl::StatusOr<process::Loaded> good = file_;
  file_ = absl::InvalidArgumentError("oneway.yaml:1: bad\noneway.yaml:2: worse");
  clock_.Advance(5s);
  Reload();
  EXPECT_FALSE(reload_->figures().successful);
  EXPECT_EQ(reload_->figures().failures, 1u);
  EXPECT_EQ(reload_->figures().at, started) << "what is in force was read then";

  file_ = good;
  Reload();
  EXPECT_TRUE(reload_->figures().successful);
  EXPECT_EQ(reload_->figures().failures, 1u);
  EXPECT_EQ(reload_->figures().at, started + 5s);
}

TEST_F(FlowReloadTest, ABadFileKeepsTheOldRulesEntirely) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("open", began)});
  joiner_->PassTimeHearing(60s);
  Push().ttl = 10s;
  Push().shape = flow::Shape::kFanout;
  Reload();
  EXPECT_EQ(joiner_->Story("open").state, join::KeyState::kOpen);
  EXPECT_EQ(reload_->figures().failures, 1u) << "the flow is in use as a pair";
  EXPECT_EQ(Render(joiner_->SendAndWait({End("open", began + 30s)}).outcomes), "OK");
  EXPECT_EQ(joiner_->Story("open").latency, 30s);
}

TEST_F(FlowReloadTest, ALongerRetryWindowDoesNotBringAForgottenLifeBack) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("key", began), End("key", began + 1s)});
  joiner_->PassTimeHearing(6min);
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kAbsent);
  Push().retry_window = 1h;
  Reload();
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("key", began)}).outcomes), "TOO_LATE");

  // Nor does a restart, by the new file.
  StartJoiner(Push());
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("key", began)}).outcomes), "TOO_LATE");
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 1u);
}

TEST_F(FlowReloadTest, AShorterRetryWindowForgetsFromTheNextCommitOn) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("key", began), End("key", began + 1s)});
  joiner_->PassTimeHearing(2min);
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kMatched);
  Push().retry_window = 30s;
  Reload();
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("key", began)}).outcomes), "TOO_LATE");
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kAbsent);
}

TEST_F(FlowReloadTest, AFlowThatLeavesTheConfigurationTakesTheDefaults) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("open", began)});
  joiner_->PassTimeHearing(60s);
  file_->config.flows.defaults.ttl = 30s;
  file_->config.flows.flows.clear();
  Reload();
  EXPECT_EQ(joiner_->Story("open").state, join::KeyState::kExpired);
}

}  // namespace
}  // namespace oneway::test
