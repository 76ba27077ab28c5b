// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/exit_deadline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace oneway::server {
namespace {

TEST(ExitDeadlineTest, AProcessThatHangsEndsAtTheDeadline) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const ExitDeadline deadline(std::chrono::steady_clock::now(), 74);
        std::promise<void> never;
        never.get_future().wait();
      },
      testing::ExitedWithCode(74), "the time for shutting down is over");
}

TEST(ExitDeadlineTest, OneThatEndsInTimeIsLeftAlone) {
  const ExitDeadline deadline(std::chrono::steady_clock::now() + std::chrono::hours(1), 74);
}

}  // namespace
}  // namespace oneway::server
