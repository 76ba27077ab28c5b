// SPDX-License-Identifier: Apache-2.0
//
// Concern: a tail shows all there is as long as that fits, never more than its bound, and counts exactly what it does
// not show.
#include <gtest/gtest.h>

#include <map>

#include "common/query/sample.h"
#include "common/query/tail_pace.h"

namespace oneway::query {
namespace {

using std::chrono::milliseconds;

TEST(SampleTest, KeepsAllInOrderAsLongAsTheyFit) {
  Sample<int> sample(3);
  EXPECT_TRUE(sample.empty());
  for (int i = 0; i < 3; ++i) sample.Offer([i] { return i; });
  EXPECT_EQ(sample.passed_over(), 0u);
  EXPECT_EQ(sample.Take(1), (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(sample.empty());
}

TEST(SampleTest, BeyondEachHasTheSameChanceAndTheRestIsCounted) {
  std::map<int, int> kept;
  Sample<int> sample(5);
  for (int round = 0; round < 4000; ++round) {
    for (int i = 0; i < 20; ++i) sample.Offer([i] { return i; });
    sample.AddPassedOver(7);
    EXPECT_EQ(sample.passed_over(), 15u + 7u);
    for (const int item : sample.Take(5)) ++kept[item];
  }
  for (int i = 0; i < 20; ++i) EXPECT_NEAR(kept[i], 1000, 150) << i;
}

TEST(SampleTest, WithoutRoomEverythingIsPassedOver) {
  Sample<int> sample(0);
  sample.Offer([] { return 1; });
  EXPECT_EQ(sample.passed_over(), 1u);
  EXPECT_TRUE(sample.Take(0).empty());
}

// Offers so many a tick, for seconds, and says what each second showed.
std::vector<uint64_t> ShownBySecond(uint32_t per_second, const std::vector<uint64_t>& offered_by_tick) {
  TailPace pace(per_second);
  std::vector<uint64_t> shown((offered_by_tick.size() + 3) / 4);
  uint64_t room = per_second;
  MonotonicTime now{std::chrono::hours(1)};
  for (size_t tick = 0; tick < offered_by_tick.size(); ++tick, now += milliseconds(250)) {
    const uint64_t taken = std::min(room, offered_by_tick[tick]);
    shown[tick / 4] += taken;
    room = pace.Next(now, taken, offered_by_tick[tick] - taken);
  }
  return shown;
}

TEST(TailPaceTest, ABurstBelowTheBoundIsShownWhole) {
  EXPECT_EQ(ShownBySecond(100, {0, 100, 0, 0, 0, 0, 0, 100}), (std::vector<uint64_t>{100, 100}));
}

TEST(TailPaceTest, NoSecondShowsMoreThanItsBound) {
  for (const uint64_t shown : ShownBySecond(100, std::vector<uint64_t>(40, 1000))) EXPECT_LE(shown, 100u);
  for (const uint64_t shown : ShownBySecond(1, std::vector<uint64_t>(40, 1000))) EXPECT_LE(shown, 1u);
}

TEST(TailPaceTest, UnderMoreThanThatTheTicksOfASecondShareIt) {
  TailPace pace(100);
  MonotonicTime now{std::chrono::hours(1)};
  pace.Next(now, 100, 900);
  now += std::chrono::seconds(1);
  EXPECT_EQ(pace.Next(now, 0, 900), 25u);
  EXPECT_EQ(pace.Next(now + milliseconds(250), 25, 900), 25u);
}

}  // namespace
}  // namespace oneway::query
