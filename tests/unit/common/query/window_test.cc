// SPDX-License-Identifier: Apache-2.0
//
// Concern: which minutes a question is about, the same for every joiner and for the next question.
#include "common/query/window.h"

#include <gtest/gtest.h>

namespace oneway::query {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2026-01-01T12:34:56Z.
constexpr Time kNow =
    Time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + hours(12) + minutes(34) + seconds(56);
constexpr Time kMinuteEnds = kNow + seconds(4);

TEST(WindowTest, TheMinuteOfNowCountsBesidesAndWhatIsToldOfLaterCountsToo) {
  const Window window = WindowOf(61, 0, kNow);
  EXPECT_EQ(window.from, kMinuteEnds - minutes(3));
  EXPECT_GT(window.until, kNow + minutes(5));
  EXPECT_EQ(window.EndAt(kNow), kNow);
  EXPECT_EQ(window.LengthAt(kNow), minutes(2) + seconds(56));
}

TEST(WindowTest, AMinuteIsNeverLessThanAMinute) {
  for (const seconds since_minute : {seconds(0), seconds(1), seconds(59)}) {
    const Time now = kMinuteEnds + since_minute;
    EXPECT_EQ(WindowOf(60, 0, now).LengthAt(now), minutes(1) + since_minute);
  }
}

TEST(WindowTest, ADayIsWithinTheHoursOfWhichMinutesAreKept) {
  for (Time now = kNow; now < kNow + hours(1); now += minutes(1)) {
    EXPECT_GE(WindowOf(86'400, 0, now).from, std::chrono::floor<hours>(now - kMinutesKept));
  }
}

TEST(WindowTest, AnEndIsRoundedUpToItsMinute) {
  const Window window = WindowOf(3600, ToUnixNanos(kNow - days(7)), kNow);
  EXPECT_EQ(window.until, kMinuteEnds - days(7));
  EXPECT_EQ(window.from, window.until - hours(1));
  EXPECT_EQ(window.LengthAt(kNow), hours(1));
}

TEST(WindowTest, NeighbouringWindowsShareNothingAndLeaveNothingOut) {
  const Window later = WindowOf(600, ToUnixNanos(kNow), kNow);
  const Window earlier = WindowOf(600, ToUnixNanos(later.from), kNow);
  EXPECT_EQ(earlier.until, later.from);
}

TEST(WindowTest, WithoutALengthItIsSinceEver) {
  const Window window = WindowOf(0, 0, kNow);
  EXPECT_EQ(window.from, Time::min());
  EXPECT_EQ(window.LengthAt(kNow), Duration::zero());
}

v1::TimelineRequest Asked(Duration window, Duration step = {}, uint64_t until = 0) {
  v1::TimelineRequest request;
  request.set_window_seconds(static_cast<uint32_t>(window / seconds(1)));
  request.set_step_seconds(static_cast<uint32_t>(step / seconds(1)));
  request.set_until_unix_nanos(until);
  return request;
}

TEST(TimelineTest, HasAsFewMinutesAPointAsGiveAtMost240Points) {
  EXPECT_EQ(TimelineOf(Resolved(Asked(hours(1)), kNow)).points, 60u);
  EXPECT_EQ(TimelineOf(Resolved(Asked(hours(4)), kNow)).points, 240u);
  EXPECT_EQ(TimelineOf(Resolved(Asked(hours(4) + seconds(1)), kNow)).step, minutes(2));
  EXPECT_EQ(TimelineOf(Resolved(Asked(hours(23)), kNow)).step, minutes(6));
}

TEST(TimelineTest, StepsAreWholeHoursWhereMinutesAreGone) {
  EXPECT_EQ(TimelineOf(Resolved(Asked(hours(1), minutes(1), ToUnixNanos(kNow - days(7))), kNow)).step, hours(1));
  EXPECT_EQ(TimelineOf(Resolved(Asked(days(2), minutes(90)), kNow)).step, hours(2));
  const Timeline longest = TimelineOf(Resolved(Asked(days(35)), kNow));
  EXPECT_EQ(longest.step, hours(4));
  EXPECT_EQ(longest.points, 210u);
}

TEST(TimelineTest, PointsBeginAtMultiplesOfTheStepAndTheLastHoldsTheEnd) {
  const Timeline timeline = TimelineOf(Resolved(Asked(hours(12)), kNow));
  EXPECT_EQ(timeline.from.time_since_epoch() % timeline.step, Duration::zero());
  const Window last = timeline.WindowOf(timeline.points - 1);
  EXPECT_LE(last.from, kNow);
  EXPECT_GT(last.until, kNow);
  const Timeline later = TimelineOf(Resolved(Asked(hours(12)), kNow + minutes(1)));
  EXPECT_EQ((later.from - timeline.from) % timeline.step, Duration::zero());
}

TEST(TimelineTest, WhatIsResolvedStaysAsItIsWhateverTheTimeThen) {
  for (const Duration window : {Duration(minutes(1)), Duration(hours(5)), Duration(hours(23)), Duration(days(3))}) {
    for (const Duration step : {Duration(0), Duration(seconds(61)), Duration(hours(7))}) {
      const v1::TimelineRequest resolved = Resolved(Asked(window, step), kNow);
      for (const Duration later : {Duration(0), Duration(seconds(3)), Duration(minutes(2))}) {
        EXPECT_EQ(Resolved(resolved, kNow + later).SerializeAsString(), resolved.SerializeAsString());
      }
    }
  }
}

}  // namespace
}  // namespace oneway::query
