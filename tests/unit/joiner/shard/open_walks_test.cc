// SPDX-License-Identifier: Apache-2.0
//
// Concern: a walk sees every key that is open throughout exactly once, while joining goes on.
#include "joiner/shard/open_walks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

class OpenWalksTest : public testing::Test {
 protected:
  using Seen = std::map<std::string, int>;  // how often each key was seen

  // Walks over the keys of one shard.
  std::future<Seen> Walk(size_t shard) {
    auto seen = std::make_shared<Seen>();
    auto promise = std::make_shared<std::promise<Seen>>();
    std::future<Seen> future = promise->get_future();
    shard::OpenWalk walk;
    walk.visit = [seen](const join::OpenKeyView& key) { ++(*seen)[std::string(key.key)]; };
    walk.on_done = [seen, promise](const journal::Mark&) { promise->set_value(*seen); };
    joiner_.core().runners()[shard]->inbox().Put(std::move(walk));
    return future;
  }

  time::FakeClock clock_;
  journal::MemoryStore store_{std::make_shared<journal::MemoryDisk>()};
  JoinerHarness joiner_{JoinerHarness::OptionsFor({}), clock_, store_};
};

TEST_F(OpenWalksTest, WalksThatOverlapEachSeeEveryKeyOnceWhileOthersComeAndGo) {
  constexpr int kKeys = 40'000;
  std::vector<TestEvent> events;
  for (int i = 0; i < kKeys; ++i) events.push_back(Start("stays-" + std::to_string(i), 0s));
  ASSERT_EQ(joiner_.SendMany(events), 0u);
  std::atomic<bool> stop{false};
  std::thread traffic([&] {
    for (int i = 0; !stop; ++i) {
      const std::string key = "passes-" + std::to_string(i);
      joiner_.SendAndWait({Start(key, 0s), End(key, 1s)});
    }
  });
  for (int round = 0; round < 5; ++round) {
    std::vector<std::future<Seen>> walks;
    for (int i = 0; i < 6; ++i) walks.push_back(Walk(static_cast<size_t>(i) % 2));
    for (size_t i = 0; i < walks.size(); i += 2) {
      int stayed = 0;
      for (size_t shard = 0; shard < 2; ++shard) {
        for (const auto& [key, times] : walks[i + shard].get()) {
          EXPECT_EQ(times, 1) << key;
          stayed += key.starts_with("stays-");
        }
      }
      EXPECT_EQ(stayed, kKeys);
    }
  }
  stop = true;
  traffic.join();
}

TEST_F(OpenWalksTest, ItIsDoneOnceWhatItSawIsDurable) {
  store_.HoldCommits();
  auto held = joiner_.Send({Start("a", 0s), Start("b", 0s), Start("c", 0s)});
  store_.WaitUntilHeld();
  std::future<Seen> first = Walk(0);
  std::future<Seen> second = Walk(1);
  EXPECT_EQ(first.wait_for(50ms), std::future_status::timeout);
  store_.ReleaseAll();
  held.get();
  EXPECT_EQ(first.get().size() + second.get().size(), 3u);
}

TEST(OpenWalksBoundTest, WalksBeyondTheBoundAreDropped) {
  const flow::Registry flows;
  journal::SequenceBlocks blocks{journal::Sequence{0}};
  journal::SequenceAllocator sequences(blocks);
  const join::JoinEngine engine({.slots = {hash::SlotId{0}, hash::SlotId{1}}}, flows, sequences);
  shard::OpenWalks walks;
  size_t done = 0;
  for (size_t i = 0; i <= shard::OpenWalks::kWalksMax; ++i) {
    walks.Add({.visit = [](const join::OpenKeyView&) {}, .on_done = [&done](const journal::Mark&) { ++done; }}, engine);
  }
  while (!walks.empty()) walks.Step(engine, [](const shard::Release& on_done) { on_done({}); });
  EXPECT_EQ(done, shard::OpenWalks::kWalksMax);
}

TEST_F(OpenWalksTest, AnEndWhileAWalkIsUnderWayIsNotHeldUp) {
  std::vector<TestEvent> events;
  for (int i = 0; i < 40'000; ++i) events.push_back(Start(std::to_string(i), 0s));
  ASSERT_EQ(joiner_.SendMany(events), 0u);
  std::vector<std::future<Seen>> walks;
  for (size_t i = 0; i < 8; ++i) walks.push_back(Walk(i % 2));
  joiner_.core().Stop();
}

}  // namespace
}  // namespace oneway::test
