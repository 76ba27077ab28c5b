// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/file_pace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "rocksdb/env.h"

namespace oneway::journal {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

void Write(FilePace& pace, int turns) {
  for (int turn = 0; turn < turns; ++turn) pace.Request(FilePace::kTurnBytes, rocksdb::Env::IO_HIGH, nullptr);
}

TEST(FilePaceTest, HoldsNothingUpUntilItIsToldTo) {
  FilePace pace(kMebibyte);
  const auto began = Clock::now();
  Write(pace, 1000);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(100));  // it would take 1,000
  EXPECT_EQ(pace.GetTotalBytesThrough(rocksdb::Env::IO_TOTAL), 1000 * FilePace::kTurnBytes);
}

// One of the threads ends early: the other goes on by itself.
TEST(FilePaceTest, AllTogetherKeepTheRate) {
  FilePace pace(100 * kMebibyte);
  pace.Keep();
  const auto began = Clock::now();
  std::thread other([&pace] { Write(pace, 5); });
  Write(pace, 26);
  other.join();
  EXPECT_GE(Clock::now() - began, milliseconds(300));  // 31 turns, of which the last need not be over
}

TEST(FilePaceTest, WhoWasIdleHasNothingSaved) {
  FilePace pace(100 * kMebibyte);
  pace.Keep();
  Write(pace, 1);
  for (const auto idle_since = Clock::now(); Clock::now() - idle_since < milliseconds(100);) std::this_thread::yield();
  const auto began = Clock::now();
  Write(pace, 11);
  EXPECT_GE(Clock::now() - began, milliseconds(100));
}

TEST(FilePaceTest, OnceItIsLiftedNobodyWaitsAnyLonger) {
  FilePace pace(kMebibyte);
  pace.Keep();
  const auto began = Clock::now();
  std::thread other([&pace] { Write(pace, 1000); });
  Write(pace, 1);
  pace.Lift();
  other.join();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(100));
}

// So that it knows what a flush writes and what a memtable holds: 32 MiB each.
void LearnFrom(FilePace& pace) {
  pace.Committed(32 * kMebibyte);
  pace.MemtableFilled();
  pace.FlushBegins();
  Write(pace, 32);
  pace.FlushEnds();
  pace.Committed(32 * kMebibyte);
  pace.MemtableFilled();
  pace.FlushBegins();
}

TEST(FilePaceTest, AFlushThatIsAheadOfCommitsWaitsForThem) {
  FilePace pace(kMebibyte);  // without a commit it would wait for 16 s
  LearnFrom(pace);
  pace.Keep();
  std::atomic<bool> committed = false;
  std::thread flush([&] {
    Write(pace, 1);
    EXPECT_TRUE(committed);
  });
  for (const auto began = Clock::now(); Clock::now() - began < milliseconds(100);) std::this_thread::yield();
  committed = true;
  const auto began = Clock::now();
  pace.Committed(2 * kMebibyte);
  flush.join();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(10));
}

TEST(FilePaceTest, AFlushWithoutCommitsGoesOnSlowly) {
  FilePace pace(160 * kMebibyte);
  LearnFrom(pace);
  pace.Keep();
  const auto began = Clock::now();
  Write(pace, 3);
  EXPECT_GE(Clock::now() - began, milliseconds(300));
}

// What a paced flush waits for, told from outside.
void ExpectGoesOnAtOnce(const std::function<void(FilePace&)>& tell) {
  FilePace pace(kMebibyte / 16);  // it would wait for 256 s
  LearnFrom(pace);
  pace.Keep();
  std::thread flush([&pace] { Write(pace, 1); });
  for (const auto began = Clock::now(); Clock::now() - began < milliseconds(100);) std::this_thread::yield();
  const auto began = Clock::now();
  tell(pace);
  flush.join();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(100));
}

TEST(FilePaceTest, OnceItIsLiftedAFlushWaitsForNothing) {
  ExpectGoesOnAtOnce([](FilePace& pace) { pace.Lift(); });
}

TEST(FilePaceTest, AFlushThatOthersWaitForGoesOnAtOnce) {
  ExpectGoesOnAtOnce([](FilePace& pace) { pace.HurryFlush(); });
}

}  // namespace
}  // namespace oneway::journal
