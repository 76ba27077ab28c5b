// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/plan/flow_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace oneway::test::crash {
namespace {

using event::Kind;

constexpr FlowSource kSource{.seed = 7, .cycle = 3, .host = 1};
constexpr uint64_t kFlows = 3'000;

Fate FinalFateOf(const PlannedFlow& flow) {
  return FateOf(flow, EventSet::All(flow.events.size()));
}

TEST(FlowPlanTest, TheSameArgumentsGiveTheSameFlowAndOthersAnotherKey) {
  std::set<std::string> keys;
  for (uint64_t number = 0; number < 100; ++number) {
    const PlannedFlow flow = PlanFlow(kSource, number);
    const PlannedFlow again = PlanFlow(kSource, number);
    EXPECT_EQ(flow.key, again.key);
    ASSERT_EQ(flow.events.size(), again.events.size());
    for (size_t i = 0; i < flow.events.size(); ++i) EXPECT_EQ(flow.events[i].time, again.events[i].time);
    keys.insert(flow.key);
    keys.insert(PlanFlow({.seed = 7, .cycle = 3, .host = 2}, number).key);
    keys.insert(PlanFlow({.seed = 7, .cycle = 4, .host = 1}, number).key);
  }
  EXPECT_EQ(keys.size(), 300u);
}

TEST(FlowPlanTest, AllKindsAreSentAndEndAsTheyAreMeantTo) {
  std::map<FlowKind, int> kinds;
  for (uint64_t number = 0; number < kFlows; ++number) {
    const PlannedFlow flow = PlanFlow(kSource, number);
    ++kinds[flow.kind];
    const Fate fate = FinalFateOf(flow);
    switch (flow.kind) {
      case FlowKind::kOpen:
      case FlowKind::kOpenFanout:
        EXPECT_EQ(fate.state, v1::OPEN);
        break;
      case FlowKind::kOrphan:
        EXPECT_EQ(fate.state, v1::EARLY);
        break;
      case FlowKind::kLate:
        EXPECT_EQ(fate.state, v1::LATE);
        EXPECT_GT(fate.latency, kBriefTtl);
        break;
      case FlowKind::kExpiring:
        EXPECT_EQ(fate, (Fate{.state = v1::EXPIRED, .by_clock = true}));
        break;
      default:
        EXPECT_EQ(fate.state, v1::MATCHED);
        EXPECT_EQ(fate.latency < Duration::zero(), flow.kind == FlowKind::kNegative);
        EXPECT_EQ(fate.empty, flow.kind == FlowKind::kEmptyFanout);
    }
  }
  EXPECT_EQ(kinds.size(), 11u);
  for (const auto& [kind, count] : kinds) EXPECT_GT(count, 20) << static_cast<int>(kind);
}

TEST(FlowPlanTest, ALatencyIsTheDifferenceOfTheTimesThatAreSent) {
  for (uint64_t number = 0; number < kFlows; ++number) {
    const PlannedFlow flow = PlanFlow(kSource, number);
    if (flow.kind != FlowKind::kPair) continue;
    EXPECT_EQ(FinalFateOf(flow).latency, flow.events[1].time - flow.events[0].time);
  }
}

// A pair and its halves, as any crash may leave it.
TEST(FlowPlanTest, APairOfWhichOneEventArrivedIsOpenOrEarly) {
  const PlannedFlow flow{
      .kind = FlowKind::kPair,
      .flow = kPairFlow,
      .key = "k",
      .events = {{.kind = Kind::kStart, .time = Duration(0)}, {.kind = Kind::kEnd, .time = Duration(5)}}};
  EXPECT_EQ(FateOf(flow, {}), Fate{});
  EXPECT_EQ(FateOf(flow, EventSet::Of(1)), Fate{.state = v1::OPEN});
  EXPECT_EQ(FateOf(flow, EventSet::Of(2)), Fate{.state = v1::EARLY});
  EXPECT_EQ(FateOf(flow, EventSet::Of(3)), (Fate{.state = v1::MATCHED, .latency = Duration(5)}));
}

TEST(FlowPlanTest, AFanoutLastsUntilTheLatestOfItsParts) {
  const PlannedFlow flow{.kind = FlowKind::kExpectedFanout,
                         .flow = kTaskFlow,
                         .key = "k",
                         .events = {{.kind = Kind::kStart, .time = Duration(-2), .expected = 2},
                                    {.kind = Kind::kPartEnded, .time = Duration(9), .part = "a"},
                                    {.kind = Kind::kPartEnded, .time = Duration(4), .part = "b"}}};
  EXPECT_EQ(FateOf(flow, EventSet::Of(7)), (Fate{.state = v1::MATCHED, .latency = Duration(11)}));
  EXPECT_EQ(FateOf(flow, EventSet::Of(3)), Fate{.state = v1::OPEN});
  EXPECT_EQ(FateOf(flow, EventSet::Of(6)), Fate{.state = v1::EARLY});
}

}  // namespace
}  // namespace oneway::test::crash
