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
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

// Sanitizers make everything several times slower; a tenth of the flows then takes every path just as well.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kFlowsPerSecond = 2'500;
constexpr double kDeadShareMax = 0.60;  // whole stretches and blocks weigh ten times as much
#else
constexpr uint64_t kFlowsPerSecond = 25'000;
constexpr double kDeadShareMax = 0.10;
#endif
constexpr int kSeconds = 400;  // of the fake clock: 10 million flows
constexpr int kRestartSecond = 250;
constexpr int kMeasureEverySeconds = 10;
constexpr int kCommitsPerSecond = 5;
constexpr auto kRemembered = 60s;
// After a start the clock stands still for 30 s; then what is remembered settles again.
constexpr int kSettleSeconds = 32;
constexpr uint64_t kStretchRows = 4096;

class GarbageTest : public testing::Test {
 protected:
  GarbageTest() : rules_{.ttl = 24h, .retry_window = kRemembered, .late_window = 24h, .arrival_grace = 1s} { Open(); }

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

  // One second of traffic, in several commits: new flows begin, those that began a second before end.
  void RunSecond() {
    const Duration now = Now();
    constexpr uint64_t kFlowsPerCommit = kFlowsPerSecond / kCommitsPerSecond;
    for (int commit = 0; commit < kCommitsPerSecond; ++commit) {
      std::vector<TestEvent> events;
      events.reserve(2 * kFlowsPerCommit);
      for (uint64_t i = 0; i < kFlowsPerCommit; ++i, ++next_flow_) {
        events.push_back(Start("flow-" + std::to_string(next_flow_), now));
        if (next_flow_ < kFlowsPerSecond) continue;
        events.push_back(End("flow-" + std::to_string(next_flow_ - kFlowsPerSecond), now));
      }
      ASSERT_EQ(joiner_->SendMany(events), 0u);
    }
    joiner_->PassTimeHearing(1s);
  }

  struct Garbage {
    uint64_t live = 0;
    uint64_t dead = 0;
    uint64_t disk_bytes = 0;
    double share() const { return static_cast<double>(dead) / static_cast<double>(live); }
  };
  // On the committer's thread, which the store belongs to.
  uint64_t DiskBytes() {
    const auto bytes = shard::InspectAndWait(joiner_->committer(), false, 30s, [](const shard::Inspection& inspection) {
      return inspection.store.Figures().sst_bytes;
    });
    CHECK(bytes.has_value());
    return *bytes;
  }

  Garbage Measure() {
    for (int commits = 0; commits < 500; ++commits) joiner_->Commit();  // let the walk come round
    const auto view = joiner_->committer().view();
    const uint64_t rows = static_cast<uint64_t>(view->state.next_sequence) - static_cast<uint64_t>(view->state.floor);
    return {.live = view->live_rows, .dead = rows - view->live_rows, .disk_bytes = DiskBytes()};
  }

  const flow::Rules rules_;
  TemporaryFolder folder_;
  time::FakeClock clock_;
  std::unique_ptr<journal::RocksDbStore> store_;
  std::unique_ptr<JoinerHarness> joiner_;
  uint64_t next_flow_ = 0;
};

TEST_F(GarbageTest, TenMillionFlowsWithOneOldOpenKeyLeaveFewDeadRows) {
  joiner_->SendAndWait({Start("pinned", Now())});
  double worst_share = 0;
  uint64_t disk_bytes_before = 0;
  uint64_t disk_bytes_after = 0;
  for (int second = 1; second <= kSeconds; ++second) {
    ASSERT_NO_FATAL_FAILURE(RunSecond());
    if (second == kRestartSecond) Open();  // a restart in between changes nothing
    const bool settles = second < kSettleSeconds + kRemembered / 1s ||
                         (second >= kRestartSecond && second < kRestartSecond + kSettleSeconds);
    if (settles || second % kMeasureEverySeconds != 0) continue;
    const Garbage garbage = Measure();
    worst_share = std::max(worst_share, garbage.share());
    (second < kRestartSecond ? disk_bytes_before : disk_bytes_after) = garbage.disk_bytes;
    std::cout << "second " << second << ": live " << garbage.live << ", dead " << garbage.dead << " ("
              << 100 * garbage.share() << " %), SST bytes " << garbage.disk_bytes << std::endl;
  }
  EXPECT_LE(worst_share, kDeadShareMax);
  EXPECT_LE(disk_bytes_after, disk_bytes_before * 3 / 2) << "the disk grows";
  EXPECT_EQ(joiner_->Story("pinned").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_->Unexplained(), 0u);

  // Read back, the rows on disk are those: what compaction has not removed yet is below the bound too.
  const uint64_t live = Measure().live;
  Open();
  EXPECT_LE(joiner_->core().recovery().rows,
            live + static_cast<uint64_t>(kDeadShareMax * static_cast<double>(live)) + kFlowsPerSecond);
  EXPECT_EQ(joiner_->Story("pinned").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), next_flow_ + 1);
}

}  // namespace
}  // namespace oneway::test
