// SPDX-License-Identifier: Apache-2.0
#include "common/flow/registry.h"

#include <gtest/gtest.h>

#include <thread>

namespace oneway::flow {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Rules Named(const std::string& name, Duration ttl = minutes(10)) {
  Rules rules;
  rules.name = name;
  rules.ttl = ttl;
  return rules;
}

TEST(RegistryTest, GivesTheRulesPublishedForAFlow) {
  Registry registry;
  EXPECT_EQ(registry.size(), 0u);
  registry.Publish(FlowId{0}, Named("push"));
  registry.Publish(FlowId{1}, Named("mail"));
  EXPECT_EQ(registry.size(), 2u);
  EXPECT_EQ(registry.Of(FlowId{0}).name, "push");
  EXPECT_EQ(registry.Of(FlowId{1}).name, "mail");
}

TEST(RegistryTest, AReloadIsSeenAtTheNextLookAndOldReferencesStayValid) {
  Registry registry;
  registry.Publish(FlowId{0}, Named("push", minutes(10)));
  const Rules& before = registry.Of(FlowId{0});
  registry.Publish(FlowId{0}, Named("push", minutes(20)));
  EXPECT_EQ(before.ttl, minutes(10));
  EXPECT_EQ(registry.Of(FlowId{0}).ttl, minutes(20));
  EXPECT_EQ(registry.size(), 1u);
}

// Meant for the thread sanitizer: readers look while a writer publishes.
TEST(RegistryTest, ReadersNeverSeeRulesThatAreHalfWritten) {
  Registry registry;
  registry.Publish(FlowId{0}, Named("push-1", seconds(1)));
  std::thread writer([&] {
    for (int i = 1; i <= 2'000; ++i) registry.Publish(FlowId{0}, Named("push-" + std::to_string(i), seconds(i)));
  });
  Duration last = seconds(0);
  while (last < seconds(2'000)) {
    const Rules& rules = registry.Of(FlowId{0});
    EXPECT_EQ(rules.name, "push-" + std::to_string(rules.ttl / seconds(1)));
    EXPECT_GE(rules.ttl, last);
    last = rules.ttl;
  }
  writer.join();
}

TEST(RegistryDeathTest, AFlowThatWasNeverPublishedIsABug) {
  Registry registry;
  EXPECT_DEATH(registry.Of(FlowId{0}), "");
  EXPECT_DEATH(registry.Of(FlowId{kFlowsMax}), "");
  EXPECT_DEATH(registry.Publish(FlowId{kFlowsMax}, Rules()), "");
}

TEST(RulesTest, TheHorizonFollowsTheClockButNeverFallsBelowItsFloor) {
  Rules rules;
  rules.retry_window = minutes(5);
  rules.horizon_floor = Time(minutes(100));
  EXPECT_EQ(rules.Horizon(Time(minutes(102))), Time(minutes(100)));
  EXPECT_EQ(rules.Horizon(Time(minutes(110))), Time(minutes(105)));
}

}  // namespace
}  // namespace oneway::flow
