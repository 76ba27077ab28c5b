// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner that dies, at whatever point of its work, comes back with everything that was acked, counted once.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "tests/durability/history.h"
#include "tests/durability/killing_store.h"

namespace oneway::test {
namespace {

using journal::VolatileDisk;

constexpr uint64_t kHistories = 3;
constexpr uint64_t kKillsOfAHistory = 5;
constexpr uint64_t kStepsMax = 60;  // until it comes to the point
constexpr uint64_t kFlowsMax = 60;  // of a step

class KillPointsTest : public testing::Test {
 protected:
  // Dies there again and again, and compares each time.
  void DieAt(KillPoint point, uint64_t times_max) {
    const uint64_t first_seed = std::random_device{}();
    std::cout << "seeds from " << first_seed << " on" << std::endl;
    uint64_t deaths = 0;
    for (uint64_t i = 0; i < kHistories; ++i) {
      History history(first_seed + i);
      for (uint64_t kill = 0; kill < kKillsOfAHistory; ++kill) deaths += DieOnce(history, point, times_max);
      ASSERT_NO_FATAL_FAILURE(Open(history, {}));
      EXPECT_TRUE(history.Finish()) << history.disk().joiner().failure();
      for (const std::string& message : history.findings().messages) ADD_FAILURE() << message;
    }
    EXPECT_GT(deaths, kHistories * kKillsOfAHistory / 2) << "it hardly ever comes to this point";
  }

 private:
  bool DieOnce(History& history, KillPoint point, uint64_t times_max) {
    const KillPlan plan{.point = point, .left = 1 + history.UpTo(times_max - 1), .after_write = history.OneIn(2)};
    if (point == KillPoint::kInRecovery) {
      Open(history, {});
      for (uint64_t steps = 3; steps > 0; --steps) EXPECT_TRUE(history.Step(kFlowsMax));
      End(history);
    }
    Open(history, plan);
    for (uint64_t steps = kStepsMax; steps > 0 && history.disk().is_open(); --steps) {
      if (!history.Step(history.UpTo(kFlowsMax))) break;
    }
    const bool died = plan_.died;
    End(history);
    return died;
  }

  void Open(History& history, KillPlan plan) {
    plan_ = std::move(plan);
    plan_.die = [&history] { history.disk().files().CutPower(); };
    history.disk().SetWrapper(
        [this](journal::JournalStore& store) { return std::make_unique<KillingStore>(store, plan_); });
    const absl::Status opened = history.disk().Open();
    ASSERT_TRUE(opened.ok() || plan_.died) << opened;
    if (!opened.ok()) return;
    EXPECT_TRUE(history.CheckAfterOpening() || plan_.died) << history.disk().joiner().failure();
  }

  // The process is gone; what it wrote is in the operating system's hands, and mostly stays.
  void End(History& history) {
    history.disk().files().CutPower();
    history.disk().Close();
    history.disk().files().RestorePower(history.OneIn(3) ? VolatileDisk::Loss::kUnsynced : VolatileDisk::Loss::kNothing,
                                        history.random());
  }

  KillPlan plan_;
};

TEST_F(KillPointsTest, BeforeTheWrite) {
  DieAt(KillPoint::kBeforeWrite, 60);
}

TEST_F(KillPointsTest, BetweenWriteAndReply) {
  DieAt(KillPoint::kBetweenWriteAndReply, 60);
}

TEST_F(KillPointsTest, InRecovery) {
  DieAt(KillPoint::kInRecovery, 80);
}

TEST_F(KillPointsTest, InRelocation) {
  DieAt(KillPoint::kInRelocation, 2);
}

TEST_F(KillPointsTest, InExpiry) {
  DieAt(KillPoint::kInExpiry, 3);
}

TEST_F(KillPointsTest, InAFoldOfTheLedger) {
  DieAt(KillPoint::kInFold, 2);
}

}  // namespace
}  // namespace oneway::test
