// SPDX-License-Identifier: Apache-2.0
//
// Concern: the journal holds what is open and remembered, and little else, however long it runs and whatever single old
// key stays open. A whole joiner over RocksDB with levels so small that every compaction path is taken.
#include <glog/logging.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/test_folder.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kFlowsPerSecond = 100'000;
constexpr int kSeconds = 100;  // of the fake clock: 10 million flows
constexpr int kWarmUpSeconds = 45;
constexpr uint64_t kStretchRows = 8192;

class GarbageTest : public testing::Test {
 protected:
  GarbageTest() : rules_{.ttl = 24h, .retry_window = 8s, .late_window = 24h, .arrival_grace = 1s} { Open(); }

  void Open() {
    joiner_.reset();
    store_.reset();
    journal::RocksDbStore::Options options = journal::SmallLevelOptions(folder_.path());
    options.identity.stretch_rows = kStretchRows;
    options.fsync = false;
    auto store = journal::RocksDbStore::Open(options);
    CHECK(store.ok()) << store.status();
    store_ = *std::move(store);
    server::JoinerCore::Options core = JoinerHarness::OptionsFor(rules_);
    core.stretch_rows = kStretchRows;
    joiner_ = std::make_unique<JoinerHarness>(core, clock_, *store_);
  }

  Duration Now() const { return clock_.Wall() - time::FakeClock::kBase; }

  // One second of traffic: every flow that began in the second before ends, new ones begin.
  void RunSecond() {
    const Duration now = Now();
    std::vector<TestEvent> events;
    events.reserve(2 * kFlowsPerSecond);
    for (uint64_t i = 0; i < kFlowsPerSecond; ++i) {
      events.push_back(Start("flow-" + std::to_string(next_flow_ + i), now));
      if (next_flow_ >= kFlowsPerSecond) events.push_back(End("flow-" + std::to_string(next_flow_ + i - kFlowsPerSecond), now));
    }
    next_flow_ += kFlowsPerSecond;
    ASSERT_EQ(joiner_->SendMany(events), 0u);
    joiner_->PassTimeHearing(1s);
  }

  struct Garbage {
    uint64_t live = 0;
    uint64_t dead = 0;
    uint64_t disk_bytes = 0;
    double share() const { return static_cast<double>(dead) / static_cast<double>(live); }
  };
  Garbage Measure() {
    for (int commits = 0; commits < 64; ++commits) joiner_->Commit();  // let the walk come round
    const auto view = joiner_->committer().view();
    const uint64_t rows =
        static_cast<uint64_t>(view->state.next_sequence) - static_cast<uint64_t>(view->state.floor);
    return {.live = view->live_rows, .dead = rows - view->live_rows, .disk_bytes = store_->Figures().sst_bytes};
  }

  const flow::Rules rules_;
  journal::TestFolder folder_;
  time::FakeClock clock_;
  std::unique_ptr<journal::RocksDbStore> store_;
  std::unique_ptr<JoinerHarness> joiner_;
  uint64_t next_flow_ = 0;
};

TEST_F(GarbageTest, TenMillionFlowsWithOneOldOpenKeyLeaveFewDeadRows) {
  joiner_->SendAndWait({Start("pinned", Now())});
  double worst_share = 0;
  uint64_t early_disk_bytes = 0;
  for (int second = 0; second < kSeconds; ++second) {
    ASSERT_NO_FATAL_FAILURE(RunSecond());
    if (second == kSeconds / 2) Open();  // a restart in between changes nothing
    if (second < kWarmUpSeconds) continue;
    const Garbage garbage = Measure();
    worst_share = std::max(worst_share, garbage.share());
    if (second == kWarmUpSeconds) early_disk_bytes = garbage.disk_bytes;
    if (second % 5 == 0) {
      std::cout << "second " << second << ": live " << garbage.live << ", dead " << garbage.dead << " ("
                << 100 * garbage.share() << " %), SST bytes " << garbage.disk_bytes << std::endl;
    }
  }
  EXPECT_LE(worst_share, 0.10);
  EXPECT_LE(Measure().disk_bytes, early_disk_bytes * 2) << "the disk grows";
  EXPECT_EQ(joiner_->Story("pinned").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_->Unexplained(), 0u);

  // Read back, the rows on disk are those: what compaction has not removed yet is below the bound too.
  const uint64_t live = Measure().live;
  Open();
  EXPECT_LE(joiner_->core().recovery().rows, live + live / 10 + kFlowsPerSecond);
  EXPECT_EQ(joiner_->Story("pinned").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), next_flow_ + 1);
}

}  // namespace
}  // namespace oneway::test
