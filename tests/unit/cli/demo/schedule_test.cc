// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/schedule.h"

#include <gtest/gtest.h>

namespace oneway::cli::demo {
namespace {

using std::chrono::seconds;

std::vector<Incident> At(int stop, int go_on, int kill, int start) {
  return {{Step::kStopGateway, seconds(stop)},
          {Step::kContinueGateway, seconds(go_on)},
          {Step::kKillJoiner, seconds(kill)},
          {Step::kStartJoiner, seconds(start)}};
}

TEST(DemoScheduleTest, AThirdAndTwoThirdsIn) {
  EXPECT_EQ(ScheduleOf(seconds(60)), At(20, 25, 40, 42));
  EXPECT_EQ(ScheduleOf(seconds(30)), At(10, 13, 20, 22));
  EXPECT_EQ(ScheduleOf(seconds(600)), At(200, 206, 400, 402));
}

TEST(DemoScheduleTest, InTheShortestRunToo) {
  EXPECT_EQ(ScheduleOf(seconds(10)), At(3, 6, 6, 8));
}

TEST(DemoScheduleTest, StepsAreInOrderAndWithinTheRun) {
  for (int run = 10; run < 200; ++run) {
    const std::vector<Incident> schedule = ScheduleOf(seconds(run));
    for (size_t i = 1; i < schedule.size(); ++i) EXPECT_LE(schedule[i - 1].at, schedule[i].at) << run;
    EXPECT_LT(schedule.back().at, seconds(run));
  }
}

TEST(DemoScheduleTest, EachStepSaysWhatToLookAt) {
  const seconds run(60);
  std::string told;
  for (const Incident& incident : ScheduleOf(run)) told += Told(incident, run) + "\n";
  EXPECT_EQ(
      told,
      "20 s: gateway apns was stopped for 5 s: open and oldest move at once, the percentiles of finished flows do "
      "not; meanwhile nothing expires and no task closes, for it may still hold events\n"
      "25 s: gateway apns goes on: what was stuck ends, and only now p95 and p99 tell of it\n"
      "40 s: joiner-1 was killed (SIGKILL): its half of the keys waits, in the partitioner and in the programs\n"
      "42 s: joiner-1 was started again on its folder: all it acked is there, the rest is sent again, see "
      "balance\n");
}

}  // namespace
}  // namespace oneway::cli::demo
