// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/disk_watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace oneway::server {
namespace {

class DiskWatchTest : public testing::Test {
 protected:
  static constexpr uint64_t kReserve = 800;

  // What the watch said, after looks at disks with so much left.
  std::vector<bool> Told(DiskWatch& watch, const std::vector<absl::StatusOr<uint64_t>>& disks) {
    for (const absl::StatusOr<uint64_t>& disk : disks) {
      free_bytes_ = disk;
      watch.Look();
    }
    return told_;
  }

  DiskWatch WatchWith(uint64_t reserve) {
    return DiskWatch(
        reserve, [this] { return free_bytes_; }, [this](bool take) { told_.push_back(take); });
  }

  absl::StatusOr<uint64_t> free_bytes_ = 0;
  std::vector<bool> told_;
};

TEST_F(DiskWatchTest, NewKeysArePutOffBelowTheReserve) {
  DiskWatch watch = WatchWith(kReserve);
  EXPECT_EQ(Told(watch, {kReserve, kReserve - 1}), (std::vector<bool>{false}));
  EXPECT_TRUE(watch.figures().low);
  EXPECT_EQ(watch.figures().free_bytes, kReserve - 1);
  EXPECT_EQ(watch.figures().reserve_bytes, kReserve);
}

TEST_F(DiskWatchTest, NewKeysAreTakenAgainFromAnEighthMoreOn) {
  DiskWatch watch = WatchWith(kReserve);
  EXPECT_EQ(Told(watch, {0, kReserve, kReserve + 99}), (std::vector<bool>{false})) << "it must not flicker";
  EXPECT_EQ(Told(watch, {kReserve + 100, kReserve + 99, kReserve}), (std::vector<bool>{false, true}));
  EXPECT_FALSE(watch.figures().low);
}

TEST_F(DiskWatchTest, WithoutAReserveNothingIsPutOff) {
  DiskWatch watch = WatchWith(0);
  EXPECT_EQ(Told(watch, {1, 0}), (std::vector<bool>{}));
}

TEST_F(DiskWatchTest, ADiskThatDoesNotAnswerChangesNothing) {
  DiskWatch watch = WatchWith(kReserve);
  EXPECT_EQ(Told(watch, {0, absl::InternalError("no"), 0}), (std::vector<bool>{false}));
  EXPECT_TRUE(watch.figures().low);
}

}  // namespace
}  // namespace oneway::server
