// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/walk_pace.h"

#include <gtest/gtest.h>

namespace oneway::shard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kSlots = 1000;
constexpr Time kNow{std::chrono::hours(24 * 365 * 50)};

class WalkPaceTest : public testing::Test {
 protected:
  WalkPaceTest() {
    pace_.Note(0, kNow);
    pace_.TakeSlots(0);  // what it owes for having just begun
  }

  WalkPace pace_{kSlots};
};

TEST_F(WalkPaceTest, UnderLoadItFollowsTheEventsHoweverManyCommitsTheyComeIn) {
  constexpr uint64_t kKeys = 10 * kSlots - 1;  // ten a slot
  pace_.Note(500, kNow);
  EXPECT_EQ(pace_.TakeSlots(kKeys), 500 * WalkPace::kKeysAnEvent / 10);
  size_t slots = 0;
  for (int commit = 0; commit < 500; ++commit) {
    pace_.Note(1, kNow);
    slots += pace_.TakeSlots(kKeys);
  }
  EXPECT_EQ(slots, 500 * WalkPace::kKeysAnEvent / 10);
}

TEST_F(WalkPaceTest, WhenIdleItFollowsTheClock) {
  constexpr uint64_t kKeys = 100 * kSlots - 1;
  size_t slots = 0;
  for (int tick = 1; tick <= 40; ++tick) {
    pace_.Note(0, kNow + tick * milliseconds(250));
    slots += pace_.TakeSlots(kKeys);
  }
  EXPECT_EQ(slots, 10 * WalkPace::kKeysASecond / 100);
}

TEST_F(WalkPaceTest, AClockThatStandsStillMakesNoWork) {
  pace_.Note(0, kNow);
  EXPECT_EQ(pace_.TakeSlots(0), 0u);
}

TEST_F(WalkPaceTest, AJumpOfTheClockMakesNoMoreThanASecondOfIt) {
  pace_.Note(0, kNow + seconds(3600));
  EXPECT_EQ(pace_.TakeSlots(1000 * kSlots - 1), WalkPace::kKeysASecond / 1000);
}

TEST_F(WalkPaceTest, NeverMoreThanAllAndNothingIsOwedThen) {
  pace_.Note(1'000'000, kNow);
  EXPECT_EQ(pace_.TakeSlots(kSlots), kSlots);
  pace_.Note(0, kNow);
  EXPECT_EQ(pace_.TakeSlots(kSlots), 0u);
}

}  // namespace
}  // namespace oneway::shard
