// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/plan/fault_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace oneway::test::crash {
namespace {

using std::chrono::seconds;

bool IsStop(const Fault& fault) {
  return fault.kind == FaultKind::kJoinerStop || fault.kind == FaultKind::kPartitionerStop ||
         fault.kind == FaultKind::kHostStop;
}

TEST(FaultPlanTest, TheSameSeedAndCycleGiveTheSameFault) {
  for (uint32_t cycle = 1; cycle < 50; ++cycle) {
    EXPECT_EQ(FaultOf(7, cycle, AllFaultKinds()).ToString(), FaultOf(7, cycle, AllFaultKinds()).ToString());
  }
}

TEST(FaultPlanTest, EachRoundMeetsEveryKindInAnOrderOfItsOwn) {
  const auto kinds = static_cast<uint32_t>(AllFaultKinds().size());
  std::set<std::string> orders;
  for (uint32_t round = 0; round < 5; ++round) {
    std::vector<FaultKind> met;
    std::string order;
    for (uint32_t i = 0; i < kinds; ++i) {
      met.push_back(FaultOf(7, round * kinds + i, AllFaultKinds()).kind);
      order += NameOf(met.back()) + " ";
    }
    EXPECT_THAT(met, testing::UnorderedElementsAreArray(AllFaultKinds()));
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 5u);
}

TEST(FaultPlanTest, VictimsAreOfTheClusterAndEachOneIsMet) {
  std::set<std::string> victims;
  for (uint32_t cycle = 0; cycle < 2'000; ++cycle) {
    const std::string story = FaultOf(3, cycle, AllFaultKinds()).ToString();
    victims.insert(story.substr(story.find(' ') + 1, story.find(" after") - story.find(' ') - 1));
  }
  std::set<std::string> expected = {"host-0", "host-1", "host-2", "host-3"};
  for (const std::string joiner : {"joiner-0", "joiner-1", "joiner-2"}) {
    expected.insert({joiner, joiner + " (events)", joiner + " (answers)"});
    expected.insert({joiner + " partitioner-0", joiner + " partitioner-1"});  // both at once
  }
  for (const std::string partitioner : {"partitioner-0", "partitioner-1"}) {
    expected.insert({partitioner, partitioner + " (events)", partitioner + " (answers)"});
  }
  EXPECT_EQ(victims, expected);
}

TEST(FaultPlanTest, StopsLastOneToTwentySecondsAndMostOfThemLittle) {
  int stops = 0;
  int longer_than_two = 0;
  int longer_than_six = 0;
  for (uint32_t cycle = 0; cycle < 5'000; ++cycle) {
    const Fault fault = FaultOf(11, cycle, AllFaultKinds());
    if (!IsStop(fault)) {
      EXPECT_LE(fault.lasts, seconds(4));
      continue;
    }
    EXPECT_GE(fault.lasts, seconds(1));
    EXPECT_LE(fault.lasts, seconds(20));
    ++stops;
    longer_than_two += fault.lasts > seconds(2) ? 1 : 0;
    longer_than_six += fault.lasts > seconds(6) ? 1 : 0;
  }
  EXPECT_LT(longer_than_two, stops / 5);
  EXPECT_GT(longer_than_six, 0);
}

TEST(FaultPlanTest, NamesAreThoseOfTheKinds) {
  for (const FaultKind kind : AllFaultKinds()) EXPECT_EQ(FaultKindNamed(NameOf(kind)), kind);
  EXPECT_EQ(FaultKindNamed("meteorite"), std::nullopt);
}

}  // namespace
}  // namespace oneway::test::crash
