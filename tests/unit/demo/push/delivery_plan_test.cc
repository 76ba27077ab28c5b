// SPDX-License-Identifier: Apache-2.0
#include "demo/push/delivery_plan.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace oneway::demo::push {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kDraws = 20'000;

struct Range {
  milliseconds least;
  milliseconds most;
};

void ExpectWithin(std::chrono::nanoseconds delay, const Range& range) {
  EXPECT_GE(delay, range.least);
  EXPECT_LE(delay, range.most);
}

class PushPlanTest : public testing::TestWithParam<std::pair<Service, Range>> {};

TEST_P(PushPlanTest, AFewAreSlowGetLostOrEndTwiceAndTheRestAreUsual) {
  const auto& [service, usual] = GetParam();
  Random random(11);
  int lost = 0, slow = 0, twice = 0;
  for (int i = 0; i < kDraws; ++i) {
    const DeliveryPlan plan = DrawPlan(service, Flow::kPush, random);
    if (plan.empty()) {
      ++lost;
    } else if (plan.size() == 2) {
      ++twice;
      ExpectWithin(plan[0], usual);
      EXPECT_NE(plan[0], plan[1]) << "or it would be a duplicate, not another end";
    } else if (plan[0] > seconds(6)) {
      ++slow;
      EXPECT_EQ(plan.size(), 1u);
    } else {
      ExpectWithin(plan[0], usual);
    }
  }
  // Five standard deviations.
  EXPECT_NEAR(lost, kDraws * 2 / 100, 100);
  EXPECT_NEAR(slow, kDraws * 2 / 100, 100);
  EXPECT_NEAR(twice, kDraws * 3 / 100, 121);
}

INSTANTIATE_TEST_SUITE_P(Services, PushPlanTest,
                         testing::Values(std::pair{Service::kApns, Range{milliseconds(300), milliseconds(1'200)}},
                                         std::pair{Service::kGcm, Range{milliseconds(500), milliseconds(2'000)}}));

TEST(DeliveryPlanTest, EverythingElseEndsOnceAndSoon) {
  Random random(13);
  const std::pair<Flow, Range> kFlows[] = {
      {Flow::kMessageDelivery, {milliseconds(80), milliseconds(400)}},
      {Flow::kTypingIndicator, {milliseconds(50), milliseconds(200)}},
      {Flow::kSeenReceipt, {milliseconds(50), milliseconds(300)}},
  };
  for (const auto& [flow, range] : kFlows) {
    for (int i = 0; i < 1'000; ++i) {
      const DeliveryPlan plan = DrawPlan(Service::kGcm, flow, random);
      ASSERT_EQ(plan.size(), 1u);
      ExpectWithin(plan[0], range);
    }
  }
}

TEST(DeliveryPlanTest, TheSameSeedDrawsTheSame) {
  Random one(17), other(17);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(DrawPlan(Service::kApns, Flow::kPush, one), DrawPlan(Service::kApns, Flow::kPush, other));
  }
}

}  // namespace
}  // namespace oneway::demo::push
