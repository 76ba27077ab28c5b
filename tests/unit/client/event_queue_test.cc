// SPDX-License-Identifier: Apache-2.0
#include "client/internal/event_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace oneway::client {
namespace {

constexpr size_t kBytesMax = size_t{64} << 10;

class EventQueueTest : public testing::Test {
 protected:
  Outcome Start(std::string_view key, int64_t unix_nanos = 1000) {
    return queue_.Append(event::Kind::kStart, "push", key, {.time = Time(std::chrono::nanoseconds(unix_nanos))});
  }

  // Drains; the keys in order. Gives the bytes back, as the sender does once they are settled.
  std::vector<std::string> DrainKeys() {
    std::vector<Chunk> chunks;
    queue_.Drain(chunks);
    std::vector<std::string> keys;
    for (const Chunk& chunk : chunks) {
      chunk.ForEach([&](const RecordView& record) {
        keys.emplace_back(record.key());
        budget_.Give(record.bytes().size());
      });
    }
    queue_.Recycle(chunks);
    return keys;
  }

  ByteBudget budget_{kBytesMax};
  EventQueue queue_{budget_};
};

TEST_F(EventQueueTest, EventsOfAThreadKeepTheirOrderAcrossDrainsAndChunks) {
  ByteBudget large(size_t{8} << 20);
  EventQueue queue(large);
  std::vector<std::string> keys;
  std::vector<Chunk> chunks;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(queue.Append(event::Kind::kStart, "push", std::to_string(i), {}), Outcome::kQueued);
    if (i % 7000 == 6999 || i == 19'999) {
      queue.Drain(chunks);
      for (const Chunk& chunk : chunks) {
        chunk.ForEach([&](const RecordView& record) { keys.emplace_back(record.key()); });
      }
      queue.Recycle(chunks);
    }
  }
  ASSERT_EQ(keys.size(), 20'000u);
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(keys[static_cast<size_t>(i)], std::to_string(i));
}

TEST_F(EventQueueTest, WithoutATimeAnEventHappenedNow) {
  const Time before = std::chrono::system_clock::now();
  queue_.Append(event::Kind::kEnd, "push", "k", {});
  const Time after = std::chrono::system_clock::now();
  ASSERT_TRUE(queue_.Oldest().has_value());
  EXPECT_GE(*queue_.Oldest(), before);
  EXPECT_LE(*queue_.Oldest(), after);
}

TEST_F(EventQueueTest, OldestIsTheSmallestTimeQueuedByWhicheverThread) {
  EXPECT_EQ(queue_.Oldest(), std::nullopt);
  Start("a", 500);
  std::thread([this] { Start("b", 300); }).join();
  Start("c", 400);
  EXPECT_EQ(queue_.Oldest(), Time(std::chrono::nanoseconds(300)));
  DrainKeys();
  EXPECT_EQ(queue_.Oldest(), std::nullopt);
}

TEST_F(EventQueueTest, AFullQueueDropsAndCountsAndHasRoomAgainOnceBytesAreGivenBack) {
  size_t accepted = 0;
  while (Start("0123456789abcdef") == Outcome::kQueued) ++accepted;
  EXPECT_GT(accepted * 50, kBytesMax * 9 / 10);
  EXPECT_EQ(Start("k"), Outcome::kQueueFull);
  EXPECT_EQ(queue_.counts().accepted, accepted);
  EXPECT_EQ(queue_.counts().queued, accepted);
  EXPECT_EQ(queue_.counts().dropped_queue_full, 2u);
  EXPECT_FALSE(budget_.WaitForRoom(std::chrono::nanoseconds(0)));
  EXPECT_EQ(DrainKeys().size(), accepted);
  EXPECT_TRUE(budget_.WaitForRoom(std::chrono::nanoseconds(0)));
  EXPECT_EQ(Start("k"), Outcome::kQueued);
}

TEST_F(EventQueueTest, EveryByteComesBack) {
  for (int i = 0; i < 100; ++i) Start("key");
  std::thread([this] { Start("other"); }).join();
  DrainKeys();
  DrainKeys();
  EXPECT_EQ(budget_.available(), kBytesMax);
}

TEST_F(EventQueueTest, WaitForRoomWakesWhenBytesAreGivenBack) {
  ASSERT_TRUE(budget_.Take(kBytesMax));
  std::thread giver([this] { budget_.Give(kBytesMax); });
  EXPECT_TRUE(budget_.WaitForRoom(std::chrono::minutes(1)));
  giver.join();
}

TEST_F(EventQueueTest, WhatOnewayWouldRefuseIsNotQueued) {
  EXPECT_EQ(queue_.Append(event::Kind::kStart, "Push", "k", {}), Outcome::kInvalidArgument);
  EXPECT_EQ(queue_.counts().dropped_invalid_argument, 1u);
  EXPECT_TRUE(queue_.IsEmpty());
}

TEST_F(EventQueueTest, AClosedQueueKeepsWhatItHasAndTakesNoMore) {
  Start("a");
  queue_.Close();
  EXPECT_EQ(Start("b"), Outcome::kShutdown);
  EXPECT_EQ(queue_.counts().dropped_after_shutdown, 1u);
  EXPECT_EQ(DrainKeys(), std::vector<std::string>{"a"});
}

TEST_F(EventQueueTest, ManyThreadsLoseNothing) {
  ByteBudget large(size_t{64} << 20);
  EventQueue queue(large);
  constexpr int kThreads = 6;
  constexpr int kEvents = 20'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&queue, t] {
      const std::string key = "thread-" + std::to_string(t);
      for (int i = 0; i < kEvents; ++i) queue.Append(event::Kind::kStart, "push", key, {});
    });
  }
  std::vector<Chunk> chunks;
  uint64_t drained = 0;
  const auto drain = [&] {
    queue.Drain(chunks);
    for (const Chunk& chunk : chunks) {
      chunk.ForEach([&](const RecordView&) { ++drained; });
    }
    queue.Recycle(chunks);
  };
  while (drained < kThreads * kEvents / 2) drain();
  for (std::thread& thread : threads) thread.join();
  drain();
  EXPECT_EQ(drained, uint64_t{kThreads * kEvents});
  EXPECT_EQ(queue.counts().accepted, uint64_t{kThreads * kEvents});
  EXPECT_EQ(queue.counts().queued, 0u);
}

}  // namespace
}  // namespace oneway::client
