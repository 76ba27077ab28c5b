// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/row_restorer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_clock.h"

namespace oneway::server {
namespace {

constexpr uint32_t kShards = 2;

class RowRestorerTest : public testing::Test {
 protected:
  RowRestorerTest() {
    for (uint32_t shard = 0; shard < kShards; ++shard) {
      join::JoinEngine::Options options;
      for (uint32_t slot = shard; slot < hash::kSlotCount; slot += kShards) options.slots.push_back(hash::SlotId(slot));
      engines_.push_back(std::make_unique<join::JoinEngine>(options, flows_, sequences_));
    }
  }

  std::vector<join::JoinEngine*> engines() const { return {engines_[0].get(), engines_[1].get()}; }

  // START rows at `begin` and on, each of a key of its own.
  std::vector<journal::RestoredRow> Rows(uint64_t begin, uint64_t count) {
    std::vector<journal::RestoredRow> rows;
    for (uint64_t i = begin; i < begin + count; ++i) {
      const hash::Fingerprint fingerprint = hash::FingerprintOf(hash::HashSeed{7}, "push", std::to_string(i));
      rows.push_back({journal::Sequence(i),
                      {.fingerprint = fingerprint,
                       .time = time::FakeClock::kBase,
                       .earliest = time::FakeClock::kBase,
                       .latest = time::FakeClock::kBase,
                       .key = "push"}});
    }
    return rows;
  }

  flow::Registry flows_;
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  journal::SequenceAllocator sequences_{blocks_};
  std::vector<std::unique_ptr<join::JoinEngine>> engines_;
  time::FakeClock clock_;
};

TEST_F(RowRestorerTest, TellsHowFarItIs) {
  RowRestorer restorer(/*sequences=*/400, engines(), clock_);
  EXPECT_EQ(restorer.figures().percent(), 0u);
  clock_.Advance(std::chrono::seconds(2));
  ASSERT_TRUE(restorer.Take({.rows = Rows(0, 100), .sequences = 150}).ok());
  EXPECT_EQ(restorer.figures().ToString(), "100 rows, 37 % of the journal, 50 rows/s");
  EXPECT_FALSE(restorer.figures().done);
  clock_.Advance(std::chrono::seconds(2));
  ASSERT_TRUE(restorer.Take({.rows = Rows(200, 60), .sequences = 250}).ok());
  restorer.Finish();
  clock_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(restorer.figures().ToString(), "160 rows, 100 % of the journal, 40 rows/s");
  EXPECT_TRUE(restorer.figures().done);
}

TEST_F(RowRestorerTest, SeveralThreadsBringEveryRowToTheEngineOfItsShard) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kRowsOfThread = 2'000;
  RowRestorer restorer(kThreads * kRowsOfThread, engines(), clock_);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (uint64_t begin = i * kRowsOfThread; begin < (i + 1) * kRowsOfThread; begin += 100) {
        EXPECT_TRUE(restorer.Take({.rows = Rows(begin, 100), .sequences = 100}).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engines_[0]->open_keys() + engines_[1]->open_keys(), kThreads * kRowsOfThread);
  EXPECT_GT(engines_[0]->open_keys(), kThreads * kRowsOfThread / 3);
  EXPECT_GT(engines_[1]->open_keys(), kThreads * kRowsOfThread / 3);
  EXPECT_EQ(restorer.figures().percent(), 100u);
}

TEST_F(RowRestorerTest, WhatAnEngineRefusesEndsIt) {
  RowRestorer restorer(10, engines(), clock_);
  ASSERT_TRUE(restorer.Take({.rows = Rows(1, 1), .sequences = 5}).ok());
  EXPECT_TRUE(absl::IsDataLoss(restorer.Take({.rows = Rows(1, 1), .sequences = 5})));
}

}  // namespace
}  // namespace oneway::server
