// SPDX-License-Identifier: Apache-2.0
//
// Concern: what cannot be answered is refused with words that say what to do; what can is not.
#include "common/query/request_check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/query/window.h"

namespace oneway::query {
namespace {

std::string Refusal(const absl::Status& status) {
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status));
  return std::string(status.message());
}

TEST(RequestCheckTest, Stats) {
  v1::StatsRequest request;
  EXPECT_EQ(Refusal(Check(request)), "");
  request.set_until_unix_nanos(1);
  EXPECT_EQ(Refusal(Check(request)),
            "until_unix_nanos ends a window: set window_seconds too. What was since ever is known as of now alone");
  request.set_window_seconds(35 * 86400 + 1);
  EXPECT_EQ(Refusal(Check(request)), "window_seconds must be 1 to 3024000 (35 days), not 3024001");
  request.set_window_seconds(60);
  EXPECT_EQ(Refusal(Check(request)), "");
  request.set_until_unix_nanos(~uint64_t{0});
  EXPECT_EQ(Refusal(Check(request)),
            "until_unix_nanos must be nanoseconds since 1970 and before 2200, not 18446744073709551615");
  request.set_until_unix_nanos(0);
  request.set_by(v1::WindowBy(7));
  EXPECT_EQ(Refusal(Check(request)), "by must be BY_END or BY_START");
}

TEST(RequestCheckTest, Timeline) {
  v1::TimelineRequest request;
  EXPECT_EQ(Refusal(Check(request)), "flow must be 1 to 64 of [a-z0-9._-]");
  request.set_flow("push");
  EXPECT_EQ(Refusal(Check(request)), "window_seconds must be 1 to 3024000 (35 days), not 0");
  request.set_window_seconds(3024001);
  EXPECT_EQ(Refusal(Check(request)), "window_seconds must be 1 to 3024000 (35 days), not 3024001");
  request.set_window_seconds(3024000);
  EXPECT_EQ(Refusal(Check(request)), "");
  request.set_step_seconds(60);
  EXPECT_EQ(Refusal(Check(request)),
            "a timeline has at most 720 points: make step_seconds larger, or 0 for as few as fit");
  request.set_step_seconds(86401);
  EXPECT_EQ(Refusal(Check(request)), "step_seconds must be at most 86400 (a day), or 0, not 86401");
}

TEST(RequestCheckTest, WhatIsResolvedPassesToo) {
  const Time now{std::chrono::hours(500'000)};
  for (const uint32_t step : {0u, 1u, 61u, 4200u, 39600u, 86400u}) {
    for (const uint32_t window : {1u, 3600u, 86399u, 2'000'000u, 3'024'000u}) {
      v1::TimelineRequest request;
      request.set_flow("push");
      request.set_window_seconds(window);
      request.set_step_seconds(step);
      if (!Check(request).ok()) continue;
      EXPECT_EQ(Refusal(Check(Resolved(request, now))), "") << window << " by " << step;
    }
  }
}

TEST(RequestCheckTest, Overdue) {
  v1::OverdueRequest request;
  EXPECT_EQ(Refusal(Check(request)), "");
  EXPECT_EQ(LimitOf(request), 100u);
  request.set_limit(1001);
  EXPECT_EQ(Refusal(Check(request)), "limit must be 1 to 1000, or 0, not 1001");
  request.set_limit(1000);
  for (const double age : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    request.set_min_age_seconds(age);
    EXPECT_EQ(Refusal(Check(request)), "min_age_seconds must be 0 or more, and at most 100 years");
  }
}

TEST(RequestCheckTest, Slowest) {
  v1::SlowestRequest request;
  EXPECT_EQ(Refusal(Check(request)), "");
  EXPECT_EQ(LimitOf(request), 20u);
  EXPECT_EQ(WindowSecondsOf(request), 3600u);
  request.set_flow("Push");
  EXPECT_EQ(Refusal(Check(request)), "flow must be 1 to 64 of [a-z0-9._-]");
}

TEST(RequestCheckTest, Tail) {
  v1::TailRequest request;
  EXPECT_EQ(Refusal(Check(request)), "");
  EXPECT_EQ(PerSecondOf(request), 100u);
  request.set_per_second_max(1001);
  EXPECT_EQ(Refusal(Check(request)), "per_second_max must be 1 to 1000, or 0, not 1001");
  request.set_per_second_max(1);
  request.set_key_prefix(std::string(257, 'k'));
  EXPECT_EQ(Refusal(Check(request)), "key_prefix must be at most 256 bytes, not 257");
  request.clear_key_prefix();
  request.add_decisions(v1::DECISION_MATCHED);
  EXPECT_EQ(Refusal(Check(request)), "");
  request.add_decisions(v1::Decision(9));
  EXPECT_EQ(Refusal(Check(request)), "decisions: 9 is none; leave it empty for all");
}

}  // namespace
}  // namespace oneway::query
