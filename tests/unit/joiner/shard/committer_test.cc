// SPDX-License-Identifier: Apache-2.0
//
// Concern: when the committer writes, what its replies and inspections show, and how it ends.
#include "joiner/shard/committer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kHold = 30s;  // the clock stands still so long after a start

class CommitterTest : public testing::Test {
 protected:
  CommitterTest() { StartJoiner(); }

  void StartJoiner() {
    joiner_.reset();
    store_ = std::make_unique<journal::MemoryStore>(disk_);
    joiner_ = std::make_unique<JoinerHarness>(JoinerHarness::OptionsFor({.retry_window = 2min}), clock_, *store_);
  }

  Duration Now() const { return clock_.Wall() - time::FakeClock::kBase; }
  uint64_t Commits() const { return static_cast<uint64_t>(joiner_->committer().view()->mark.commit); }

  time::FakeClock clock_;
  std::shared_ptr<journal::MemoryDisk> disk_ = std::make_shared<journal::MemoryDisk>();
  std::unique_ptr<journal::MemoryStore> store_;
  std::unique_ptr<JoinerHarness> joiner_;
};

TEST_F(CommitterTest, AClockThatStandsStillIsNotWritten) {
  joiner_->Commit();  // the name of the flow
  const uint64_t before = Commits();
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(1s);
    joiner_->Commit();
  }
  EXPECT_EQ(Commits(), before);
}

TEST_F(CommitterTest, AnIdleJoinerWritesItsMovingClockOnceASecond) {
  joiner_->PassTimeHearing(kHold + 5s);
  const uint64_t before = Commits();
  for (int tenth = 0; tenth < 50; ++tenth) {
    clock_.Advance(100ms);
    joiner_->HearLowMark(Now());
    joiner_->Commit();
  }
  EXPECT_EQ(Commits() - before, 5u);
  EXPECT_GE(joiner_->committer().view()->state.joiner_clock, clock_.Wall() - 1100ms);
}

TEST_F(CommitterTest, CommitsOfManyEventsKeepADistance) {
  const std::vector<TestEvent> many(500, Start("key", Now()));  // all but one are duplicates, which count too
  joiner_->SendAndWait(many);
  const auto began = std::chrono::steady_clock::now();
  for (int commit = 0; commit < 10; ++commit) joiner_->SendAndWait(many);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 9 * 5ms);
}

TEST_F(CommitterTest, AnInspectionDoesNotWaitForTheDistance) {
  const std::vector<TestEvent> many(500, Start("key", Now()));
  std::vector<std::chrono::steady_clock::duration> waits(51);
  for (auto& wait : waits) {
    joiner_->SendAndWait(many);
    const auto began = std::chrono::steady_clock::now();
    joiner_->Commit();  // an inspection; behind the distance it would come 5 ms after the commit of the many began
    wait = std::chrono::steady_clock::now() - began;
  }
  std::ranges::nth_element(waits, waits.begin() + 25);
  EXPECT_LT(waits[25], 3ms);
}

TEST_F(CommitterTest, AReplyThatChangedNothingCarriesTheLastDurableMark) {
  const BatchResult written = joiner_->SendAndWait({Start("key", Now())});
  const BatchResult refused = joiner_->SendAndWait({Start("old", Now() - 24h)});
  EXPECT_EQ(Render(refused.outcomes), "TOO_LATE");
  EXPECT_EQ(refused.durable, written.durable);
  EXPECT_EQ(store_->Durable(), written.durable);
}

TEST_F(CommitterTest, AReplyThatChangedNothingWaitsForTheCommitBeforeIt) {
  store_->HoldCommits();
  auto first = joiner_->Send({Start("key", Now())});
  store_->WaitUntilHeld();
  auto nothing = joiner_->Send({Start("old", Now() - 24h)});
  EXPECT_EQ(nothing.wait_for(50ms), std::future_status::timeout);
  store_->ReleaseAll();
  EXPECT_EQ(nothing.get().durable, first.get().durable);
}

TEST_F(CommitterTest, OpenCountsAreOfTheSameCommitAsTheLedger) {
  std::atomic<bool> stop{false};
  std::thread traffic([&] {
    for (int i = 0; !stop; ++i) {
      joiner_->SendAndWait({Start("a" + std::to_string(i), Now()), Start("b" + std::to_string(i), Now()),
                            End("a" + std::to_string(i), Now())});
    }
  });
  for (int i = 0; i < 300; ++i) ASSERT_EQ(joiner_->Unexplained(), 0u);
  stop = true;
  traffic.join();
  EXPECT_GT(joiner_->Total(ledger::Counter::kStarted), 0u);
}

TEST_F(CommitterTest, StoppingCommitsWhatWaits) {
  store_->HoldCommits();
  std::vector<std::future<BatchResult>> waiting;
  waiting.push_back(joiner_->Send({Start("first", Now())}));
  store_->WaitUntilHeld();
  for (int i = 0; i < 100; ++i) waiting.push_back(joiner_->Send({Start("key-" + std::to_string(i), Now())}));
  auto stopped = std::async(std::launch::async, [&] { joiner_->core().Stop(); });
  store_->ReleaseAll();
  stopped.get();
  for (auto& reply : waiting) EXPECT_EQ(Render(reply.get().outcomes), "OK");
  StartJoiner();
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 101u);
}

TEST_F(CommitterTest, AFailedCommitStopsEverything) {
  const auto before = joiner_->committer().view();
  store_->FailNextCommit(absl::DataLossError("the disk is gone"));
  EXPECT_THROW(joiner_->Send({Start("key", Now())}).get(), std::future_error);
  EXPECT_TRUE(absl::IsDataLoss(joiner_->committer().failure()));
  EXPECT_EQ(joiner_->committer().view(), before);
  EXPECT_FALSE(shard::InspectAndWait(joiner_->committer(), false, 30s, [](const auto&) { return true; }).has_value());
  for (shard::Runner* runner : joiner_->core().runners()) {
    EXPECT_FALSE(runner->inbox().Put(std::make_unique<shard::EventBatch>())) << "nobody may wait for room";
  }
}

TEST_F(CommitterTest, AFailedFirstCommitIsNamedAtTheStart) {
  joiner_.reset();
  store_ = std::make_unique<journal::MemoryStore>(disk_);
  store_->FailNextCommit(absl::DataLossError("the disk is gone"));
  std::atomic<int> failures{0};
  server::JoinerCore core(JoinerHarness::OptionsFor({}), clock_, *store_, [&](const absl::Status&) { ++failures; });
  ASSERT_TRUE(core.Recover().ok());
  EXPECT_TRUE(absl::IsDataLoss(core.Start()));
  EXPECT_EQ(failures, 1);
}

TEST_F(CommitterTest, InspectionsBeyondTheBoundAreDropped) {
  store_->HoldCommits();
  auto held = joiner_->Send({Start("key", Now())});
  store_->WaitUntilHeld();
  std::atomic<size_t> answered{0};
  const size_t bound = shard::Committer::Options{}.inspections_max;
  for (size_t i = 0; i < bound + 10; ++i) {
    joiner_->committer().Inspect(false, [&answered](const shard::Inspection&) { ++answered; });
  }
  store_->ReleaseAll();
  held.get();
  // Inspections follow the replies of their commit, so the second reply from here comes after them.
  joiner_->SendAndWait({Start("a", Now())});
  joiner_->SendAndWait({Start("b", Now())});
  EXPECT_EQ(answered, bound);
}

TEST_F(CommitterTest, AWallClockThatJumpedIsNotBelievedFromThatMomentOn) {
  EXPECT_FALSE(joiner_->committer().ReadWall().alarmed);
  clock_.WallJumps(-10min);
  EXPECT_TRUE(joiner_->committer().ReadWall().alarmed) << "before the next opening";
  joiner_->Commit();
  EXPECT_TRUE(joiner_->committer().ReadWall().alarmed) << "and after it";
  joiner_->PassTimeAlone(kHold + 1s);
  EXPECT_FALSE(joiner_->committer().ReadWall().alarmed);
}

// A disk that stalls must not let memory grow without bound.
TEST_F(CommitterTest, APartEndsAtItsBoundAndTheRestWaitsForTheNext) {
  constexpr size_t kBatchEvents = 4096;
  constexpr size_t kBatches = 84;  // of one key, so for one shard, whose part takes 2^18 events: 64 batches
  store_->HoldCommits();
  auto held = joiner_->Send({Start("key", Now())});
  store_->WaitUntilHeld();
  std::vector<std::future<BatchResult>> replies;
  for (size_t i = 0; i < kBatches; ++i) {
    replies.push_back(joiner_->Send(std::vector<TestEvent>(kBatchEvents, Start("key", Now()))));
  }
  const auto all_taken = [&] {
    return std::ranges::all_of(joiner_->core().runners(),
                               [](shard::Runner* runner) { return runner->inbox().waiting_bytes() == 0; });
  };
  // Long enough for a shard without a bound to take them all.
  const auto until = std::chrono::steady_clock::now() + 500ms;
  while (!all_taken() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_FALSE(all_taken());
  store_->ReleaseAll();
  EXPECT_LT(replies.front().get().durable.commit, replies.back().get().durable.commit);
  held.get();
}

}  // namespace
}  // namespace oneway::test
