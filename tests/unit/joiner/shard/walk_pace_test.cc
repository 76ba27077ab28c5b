// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/walk_pace.h"

#include <gtest/gtest.h>

namespace oneway::shard {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kSlots = 1000;
constexpr MonotonicTime kNow{std::chrono::hours(24)};

class WalkPaceTest : public testing::Test {
 protected:
  WalkPaceTest() { pace_.TakeSlots(0, kNow, 0); }  // what it owes for having just begun

  // The whole of `commits`, one each `interval`, with so many events in each.
  size_t SlotsOf(int commits, microseconds interval, uint64_t events, uint64_t keys) {
    size_t slots = 0;
    for (int commit = 1; commit <= commits; ++commit) {
      slots += pace_.TakeSlots(events, kNow + commit * interval, keys);
    }
    return slots;
  }

  WalkPace pace_{kSlots};
};

constexpr uint64_t KeysOf(uint64_t keys_a_slot) {
  return keys_a_slot * kSlots - 1;
}

TEST_F(WalkPaceTest, UnderLoadItFollowsTheEvents) {
  EXPECT_EQ(pace_.TakeSlots(500, kNow, KeysOf(10)), 200u);
}

TEST_F(WalkPaceTest, HoweverManyCommitsTheyComeIn) {
  EXPECT_EQ(SlotsOf(500, microseconds(0), 1, KeysOf(10)), 200u);
}

TEST_F(WalkPaceTest, WhenIdleItFollowsTheTime) {
  const auto in_ten_seconds = static_cast<size_t>(10 * WalkPace::kKeysASecond / 100);
  EXPECT_NEAR(SlotsOf(40, milliseconds(250), 0, KeysOf(100)), in_ten_seconds, 1);
}

TEST_F(WalkPaceTest, HoweverShortTheCommitsAre) {
  EXPECT_NEAR(SlotsOf(100'000, microseconds(20), 0, KeysOf(100)), 2 * WalkPace::kKeysASecond / 100, 1);
}

TEST_F(WalkPaceTest, ARoundOverManyKeysTakesAMinute) {
  EXPECT_NEAR(SlotsOf(60 * 4, milliseconds(250), 0, KeysOf(100'000)), kSlots, 1);
}

TEST_F(WalkPaceTest, AStallMakesNoMoreThanASecondOfWork) {
  EXPECT_EQ(pace_.TakeSlots(0, kNow + seconds(3600), KeysOf(1000)),
            static_cast<size_t>(KeysOf(1000) / WalkPace::kRoundSeconds / 1000));
}

TEST_F(WalkPaceTest, NeverMoreThanAllAndNothingIsOwedThen) {
  EXPECT_EQ(pace_.TakeSlots(1'000'000, kNow, kSlots), kSlots);
  EXPECT_EQ(pace_.TakeSlots(0, kNow, kSlots), 0u);
}

}  // namespace
}  // namespace oneway::shard
