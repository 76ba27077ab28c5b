// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/deadline_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

constexpr Time kBegin{std::chrono::hours(24 * 365 * 50)};
constexpr size_t kSlots = 8;

// Keys with due times around a ring, as the engine's tables would hold them.
class DeadlineRingTest : public ::testing::Test {
 protected:
  static hash::Fingerprint Key(uint64_t number) { return {.high = number % kSlots, .low = number}; }

  void Hold(uint64_t number, Duration due) {
    due_[number] = kBegin + due;
    ring_.File(number % kSlots, kBegin + due, Key(number));
  }
  void Advance(Duration clock) {
    ring_.Advance(kBegin + clock, [this](size_t slot, Time from) {
      ++slots_filed_;
      for (const auto& [number, due] : due_) {
        if (number % kSlots == slot && due >= from) ring_.File(slot, due, Key(number));
      }
    });
  }
  // Takes what has passed, as the engine does: drops what is gone, files again what is due later.
  std::vector<uint64_t> Take(Duration clock) {
    std::vector<uint64_t> taken;
    while (const auto key = ring_.TakePassed()) {
      const auto held = due_.find(key->low);
      if (held == due_.end()) continue;
      if (held->second >= kBegin + clock) {
        ring_.File(key->high, held->second, *key);
        continue;
      }
      taken.push_back(key->low);
      due_.erase(held);
    }
    return taken;
  }

  DeadlineRing ring_{kSlots};
  std::map<uint64_t, Time> due_;
  size_t slots_filed_ = 0;
};

TEST_F(DeadlineRingTest, TakesAKeyOnceItsSecondHasPassed) {
  Advance(0s);
  Hold(1, 2500ms);
  Advance(2900ms);
  EXPECT_EQ(Take(2900ms), std::vector<uint64_t>{});
  Advance(3s);
  EXPECT_EQ(Take(3s), std::vector<uint64_t>{1});
}

TEST_F(DeadlineRingTest, TakesWhatIsOverdueAtOnce) {
  Advance(100s);
  Hold(1, 3s);
  EXPECT_EQ(Take(100s), std::vector<uint64_t>{1});
}

TEST_F(DeadlineRingTest, FindsKeysThatWereThereBeforeIt) {
  Hold(1, 10s);
  Hold(2, 500s);
  Advance(20s);
  EXPECT_EQ(Take(20s), std::vector<uint64_t>{1});
  Advance(501s);
  EXPECT_EQ(Take(501s), std::vector<uint64_t>{2});
}

TEST_F(DeadlineRingTest, TakesOlderSecondsFirst) {
  Advance(0s);
  Hold(1, 30s);
  Hold(2, 10s);
  Hold(3, 20s);
  Advance(40s);
  EXPECT_EQ(Take(40s), (std::vector<uint64_t>{2, 3, 1}));
}

TEST_F(DeadlineRingTest, FilesAllAnewAfterAnInvalidation) {
  Advance(0s);
  Hold(1, 1000s);
  Advance(1s);
  due_[1] = kBegin;  // A reload brought it forward.
  Advance(2s);
  EXPECT_EQ(Take(2s), std::vector<uint64_t>{});
  ring_.Invalidate();
  Advance(2s);
  EXPECT_EQ(Take(2s), std::vector<uint64_t>{1});
}

TEST_F(DeadlineRingTest, VisitsEverySlotOncePerMinuteWhileTheClockMovesSteadily) {
  Advance(0s);
  slots_filed_ = 0;
  for (Duration clock = 0s; clock < 10 * DeadlineRing::kAhead; clock += 1s) {
    Advance(clock);
    Take(clock);
  }
  EXPECT_NEAR(static_cast<double>(slots_filed_), 10 * kSlots, kSlots);
}

TEST_F(DeadlineRingTest, NeverMissesAKeyHoweverTheClockMoves) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto draw = [&random](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  Duration clock = 0s;
  uint64_t number = 0;
  for (int step = 0; step < 5000; ++step) {
    Advance(clock);
    for (const uint64_t taken : Take(clock)) EXPECT_EQ(due_.count(taken), 0u);
    for (const auto& [key, due] : due_) ASSERT_GE(due, kBegin + clock - 1s) << "key " << key << " is overdue";
    for (int i = draw(0, 3); i > 0; --i) Hold(number++, clock + 100ms * draw(-500, 5000));
    clock += draw(1, 100) == 1 ? 1s * draw(60, 400) : 100ms * draw(0, 30);
  }
}

}  // namespace
}  // namespace oneway::join
