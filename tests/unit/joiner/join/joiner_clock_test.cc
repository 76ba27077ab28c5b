// SPDX-License-Identifier: Apache-2.0
//
// Each clause of "The joiner clock" in the semantics.
#include "joiner/join/joiner_clock.h"

#include <gtest/gtest.h>

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

constexpr Time kBegin{std::chrono::hours(24 * 365 * 50)};
constexpr MonotonicTime kBoot{std::chrono::hours(3)};

// Tells times as durations since the start of the joiner.
class JoinerClockTest : public ::testing::Test {
 protected:
  // The wall clock is ahead of monotonic time by so much more than at the start.
  void WallJumps(Duration by) { wall_offset_ += by; }
  void Hear(uint64_t stream, Duration low_mark) { clock_.Hear(stream, kBegin + low_mark, kBoot + now_); }
  // Ticks every second until `since_start`.
  Duration Tick(Duration since_start) {
    while (now_ < since_start) TickOnce(std::min(since_start, now_ + 1s));
    return Value();
  }
  Duration TickOnce(Duration since_start) {
    now_ = since_start;
    clock_.Tick({kBegin + now_ + wall_offset_, kBoot + now_});
    return Value();
  }
  // The same, with a partitioner that holds nothing.
  Duration TickHearing(Duration since_start) {
    while (now_ < since_start) {
      Hear(1, now_ + 1s);
      TickOnce(now_ + 1s);
    }
    return Value();
  }
  Duration Value() const { return clock_.value() - kBegin; }

  Duration now_{};
  Duration wall_offset_{};
  JoinerClock clock_{{}, kBegin - 1min, {kBegin, kBoot}};
};

TEST_F(JoinerClockTest, StandsStillForThirtySecondsAfterTheStart) {
  EXPECT_EQ(TickHearing(29s), -1min);
  EXPECT_EQ(TickHearing(30s), 30s);
  EXPECT_FALSE(clock_.alarmed());
}

TEST_F(JoinerClockTest, FollowsTheLowestMark) {
  TickHearing(40s);
  Hear(1, 41s);
  Hear(2, 35s);
  Hear(3, 38s);
  EXPECT_EQ(Tick(41s), 40s) << "it was at 40 s already";
  Hear(2, 42s);
  EXPECT_EQ(Tick(42s), 40s) << "stream 3 still says 38 s";
  Hear(3, 42s);
  EXPECT_EQ(Tick(43s), 41s);
}

TEST_F(JoinerClockTest, NeverPassesTheWallClockForAMarkOfTheFuture) {
  TickHearing(40s);
  Hear(1, 10min);
  EXPECT_EQ(Tick(41s), 41s);
}

TEST_F(JoinerClockTest, NeverGoesBack) {
  TickHearing(40s);
  Hear(1, 10s);
  EXPECT_EQ(Tick(41s), 40s);
  WallJumps(-3s);
  Hear(1, 100s);
  EXPECT_EQ(Tick(42s), 40s);
}

TEST_F(JoinerClockTest, AMarkCountsForThirtySecondsAlsoWhenItsStreamIsGone) {
  TickHearing(40s);
  Hear(2, 40s);
  EXPECT_EQ(TickHearing(70s), 40s);
  EXPECT_EQ(TickHearing(71s), 71s);
}

TEST_F(JoinerClockTest, WithoutAPartitionerItStandsUntilItHasServedForTheHold) {
  EXPECT_EQ(Tick(10min - 1s), -1min);
  EXPECT_EQ(Tick(10min), 0s);
  EXPECT_EQ(Tick(10min + 7s), 7s);
}

TEST_F(JoinerClockTest, OneOldMarkHoldsItBackForNoLongerThanTheHold) {
  TickHearing(40s);
  while (now_ < 20min) {
    Hear(1, 40s);
    TickOnce(now_ + 1s);
  }
  EXPECT_EQ(Value(), 10min);
}

TEST_F(JoinerClockTest, AGapBetweenTicksIsAStall) {
  TickHearing(40s);
  Hear(1, 45s);
  EXPECT_EQ(TickOnce(45s), 45s) << "five seconds are none yet";
  Hear(1, 50s + 1ms);
  EXPECT_EQ(TickOnce(50s + 1ms), 45s);
  EXPECT_EQ(TickHearing(79s), 45s);
  EXPECT_EQ(TickHearing(80s), 80s + 1ms);
  EXPECT_FALSE(clock_.alarmed());
}

TEST_F(JoinerClockTest, AfterAStallTheHoldBeginsAnew) {
  Tick(15min);
  EXPECT_EQ(Value(), 5min);
  TickOnce(16min);
  EXPECT_EQ(Tick(26min - 1s), 5min);
  EXPECT_EQ(Tick(26min), 16min);
}

TEST_F(JoinerClockTest, AJumpOfTheWallClockIsAStallAndAlarms) {
  TickHearing(40s);
  WallJumps(6s);
  EXPECT_EQ(TickHearing(41s), 40s);
  EXPECT_TRUE(clock_.alarmed());
  EXPECT_EQ(TickHearing(70s), 40s);
  EXPECT_TRUE(clock_.alarmed());
  EXPECT_EQ(TickHearing(71s), 71s);
  EXPECT_FALSE(clock_.alarmed());
}

TEST_F(JoinerClockTest, AJumpBackIsAStallToo) {
  TickHearing(40s);
  WallJumps(-6s);
  EXPECT_EQ(TickHearing(41s), 40s);
  EXPECT_TRUE(clock_.alarmed());
}

TEST_F(JoinerClockTest, ASmallCorrectionOfTheWallClockIsNone) {
  TickHearing(40s);
  WallJumps(5s);
  EXPECT_EQ(TickHearing(41s), 41s);
  EXPECT_FALSE(clock_.alarmed());
}

}  // namespace
}  // namespace oneway::join
