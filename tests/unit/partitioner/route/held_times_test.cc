// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/held_times.h"

#include <gtest/gtest.h>

namespace oneway::partitioner::route {
namespace {

using std::chrono::seconds;

constexpr Time At(int second) {
  return Time(seconds(second));
}
constexpr MonotonicTime Now(int second) {
  return MonotonicTime(seconds(1000 + second));
}

class HeldTimesTest : public testing::Test {
 protected:
  HeldTimes held_{{.idle_hold = seconds(5), .gone_hold = seconds(30)}};
};

TEST_F(HeldTimesTest, NothingIsHeldWithoutClients) {
  EXPECT_EQ(held_.Oldest(Now(0)), std::nullopt);
}

TEST_F(HeldTimesTest, EventsThatAreBeingRoutedAreHeldUntilTheyAreInTheLanes) {
  const auto client = held_.Join();
  held_.BatchRead(client, std::nullopt, At(7), Now(0));
  EXPECT_EQ(held_.Oldest(Now(0)), At(7));
  held_.BatchRouted(client);
  EXPECT_EQ(held_.Oldest(Now(0)), std::nullopt);
}

TEST_F(HeldTimesTest, TheOldestWordOfAllClientsCounts) {
  const auto first = held_.Join();
  const auto second = held_.Join();
  held_.BatchRead(first, At(9), At(12), Now(0));
  held_.BatchRead(second, At(8), At(11), Now(0));
  held_.BatchRouted(first);
  held_.BatchRouted(second);
  EXPECT_EQ(held_.Oldest(Now(0)), At(8));
  held_.BatchRead(second, At(20), At(20), Now(1));
  held_.BatchRouted(second);
  EXPECT_EQ(held_.Oldest(Now(1)), At(9)) << "a client's new word replaces its old one";
}

TEST_F(HeldTimesTest, AClientsWordCountsWhileABatchIsUnansweredAndAWhileAfter) {
  const auto client = held_.Join();
  held_.BatchRead(client, At(9), At(9), Now(0));
  held_.BatchRouted(client);
  EXPECT_EQ(held_.Oldest(Now(600)), At(9));
  held_.BatchAnswered(client, Now(600));
  EXPECT_EQ(held_.Oldest(Now(604)), At(9));
  EXPECT_EQ(held_.Oldest(Now(605)), std::nullopt);
}

TEST_F(HeldTimesTest, AClientThatBrokeOffMayComeBackForThirtySeconds) {
  const auto client = held_.Join();
  held_.BatchRead(client, At(9), At(9), Now(0));
  held_.BatchRouted(client);
  held_.Leave(client, Now(10));
  EXPECT_EQ(held_.Oldest(Now(39)), At(9));
  EXPECT_EQ(held_.Oldest(Now(40)), std::nullopt);
}

TEST_F(HeldTimesTest, AClientThatLeftWithAllItsAnswersIsForgottenSoon) {
  const auto client = held_.Join();
  held_.BatchRead(client, At(9), At(9), Now(0));
  held_.BatchRouted(client);
  held_.BatchAnswered(client, Now(1));
  held_.Leave(client, Now(1));
  EXPECT_EQ(held_.Oldest(Now(5)), At(9));
  EXPECT_EQ(held_.Oldest(Now(6)), std::nullopt);
  held_.BatchAnswered(client, Now(7));  // a late word about it changes nothing
}

}  // namespace
}  // namespace oneway::partitioner::route
