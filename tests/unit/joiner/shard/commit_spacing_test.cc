// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/commit_spacing.h"

#include <gtest/gtest.h>

namespace oneway::shard {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr CommitSpacing::Clock::time_point kBegan{std::chrono::hours(1)};

CommitSpacing::Clock::duration SpaceAfter(uint64_t events) {
  CommitSpacing spacing;
  spacing.Committed(kBegan, events);
  return spacing.next_at() - kBegan;
}

TEST(CommitSpacingTest, TheFirstCommitWaitsForNothing) {
  EXPECT_LT(CommitSpacing().next_at(), CommitSpacing::Clock::now());
}

TEST(CommitSpacingTest, WhoeverSendsOneAfterAnotherDoesNotWait) {
  EXPECT_EQ(SpaceAfter(0), microseconds(0));
  EXPECT_EQ(SpaceAfter(1), microseconds(10));
}

TEST(CommitSpacingTest, GrowsWithTheEventsUpToABound) {
  EXPECT_EQ(SpaceAfter(100), milliseconds(1));
  EXPECT_EQ(SpaceAfter(500), milliseconds(5));
  EXPECT_EQ(SpaceAfter(UINT64_MAX), milliseconds(5));
}

TEST(CommitSpacingTest, TheLastCommitCounts) {
  CommitSpacing spacing;
  spacing.Committed(kBegan, 500);
  spacing.Committed(kBegan + milliseconds(5), 0);
  EXPECT_EQ(spacing.next_at(), kBegan + milliseconds(5));
}

}  // namespace
}  // namespace oneway::shard
