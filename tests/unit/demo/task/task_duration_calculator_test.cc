// SPDX-License-Identifier: Apache-2.0
#include "demo/task/task_duration_calculator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace oneway::demo::task {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

const Time kBegin = Time(hours(24 * 365 * 50));

class TaskDurationCalculatorTest : public testing::Test {
 protected:
  std::optional<TaskDuration> Started(const std::string& task, nanoseconds at) {
    return calculator_.Apply({TaskEventKind::kStarted, task, "", kBegin + at});
  }
  std::optional<TaskDuration> Processed(const std::string& task, const std::string& partition, nanoseconds at) {
    return calculator_.Apply({TaskEventKind::kProcessedPartition, task, partition, kBegin + at});
  }
  std::optional<TaskDuration> Published(const std::string& task, const std::string& partition, nanoseconds at) {
    return calculator_.Apply({TaskEventKind::kPublishedPartition, task, partition, kBegin + at});
  }
  std::optional<TaskDuration> Completed(const std::string& task, nanoseconds at) {
    return calculator_.Apply({TaskEventKind::kCompleted, task, "", kBegin + at});
  }

  TaskDurationCalculator calculator_;
};

TEST_F(TaskDurationCalculatorTest, ATaskTakesUntilItsLastResultIsPublished) {
  EXPECT_EQ(Started("t", seconds(0)), std::nullopt);
  EXPECT_EQ(Processed("t", "0", seconds(1)), std::nullopt);
  EXPECT_EQ(Processed("t", "1", milliseconds(1'500)), std::nullopt);
  EXPECT_EQ(Completed("t", milliseconds(1'501)), std::nullopt);
  EXPECT_EQ(Published("t", "1", milliseconds(1'600)), std::nullopt);
  EXPECT_EQ(Published("t", "0", milliseconds(2'900) + nanoseconds(1)),
            (TaskDuration{"t", milliseconds(2'900) + nanoseconds(1)}));
  EXPECT_EQ(calculator_.tasks_under_way(), 0u);
}

TEST_F(TaskDurationCalculatorTest, IsNotDoneWhileAllThatIsKnownIsPublishedButMoreMayCome) {
  Started("t", seconds(0));
  Processed("t", "0", seconds(1));
  EXPECT_EQ(Published("t", "0", seconds(2)), std::nullopt);
  Processed("t", "1", seconds(3));
  Completed("t", seconds(3));
  EXPECT_EQ(Published("t", "1", seconds(5)), (TaskDuration{"t", seconds(5)}));
}

TEST_F(TaskDurationCalculatorTest, CompletionThatIsHeardOfLastAddsNothing) {
  Started("t", seconds(0));
  Processed("t", "0", seconds(1));
  Published("t", "0", seconds(2));
  EXPECT_EQ(Completed("t", seconds(9)), (TaskDuration{"t", seconds(2)}));
}

TEST_F(TaskDurationCalculatorTest, TheLatestPublishingCountsAlsoWhenItIsHeardOfEarlier) {
  Started("t", seconds(0));
  for (const char* partition : {"0", "1", "2"}) Processed("t", partition, seconds(1));
  Completed("t", seconds(1));
  Published("t", "1", seconds(4));
  Published("t", "2", seconds(2));
  EXPECT_EQ(Published("t", "0", seconds(3)), (TaskDuration{"t", seconds(4)}));
}

TEST_F(TaskDurationCalculatorTest, TasksDoNotMix) {
  Started("a", seconds(0));
  Started("b", seconds(1));
  Processed("a", "0", seconds(2));
  Processed("b", "0", seconds(2));
  Completed("b", seconds(2));
  Completed("a", seconds(2));
  EXPECT_EQ(Published("b", "0", seconds(3)), (TaskDuration{"b", seconds(2)}));
  EXPECT_EQ(calculator_.tasks_under_way(), 1u);
  EXPECT_EQ(Published("a", "0", seconds(7)), (TaskDuration{"a", seconds(7)}));
  EXPECT_EQ(calculator_.finished(), 2u);
  EXPECT_EQ(calculator_.mean(), milliseconds(4'500));
}

TEST_F(TaskDurationCalculatorTest, EventsOfTasksThatAreNotUnderWayAreIgnored) {
  EXPECT_EQ(Completed("never-started", seconds(0)), std::nullopt);
  EXPECT_EQ(Published("never-started", "0", seconds(0)), std::nullopt);
  Started("t", seconds(0));
  Processed("t", "0", seconds(1));
  Completed("t", seconds(1));
  EXPECT_NE(Published("t", "0", seconds(2)), std::nullopt);
  EXPECT_EQ(Published("t", "0", seconds(3)), std::nullopt);
  EXPECT_EQ(Processed("t", "1", seconds(3)), std::nullopt);
  EXPECT_EQ(calculator_.ignored(), 4u);
  EXPECT_EQ(calculator_.finished(), 1u);
  EXPECT_EQ(calculator_.mean(), seconds(2));
}

TEST_F(TaskDurationCalculatorTest, AResultPublishedBeforeItWasProcessedKeepsTheTaskOpen) {
  // One process sees a cause before its effect. What hears of them over several routes has to do better than this.
  Started("t", seconds(0));
  Published("t", "0", seconds(2));
  Processed("t", "0", seconds(1));
  EXPECT_EQ(Completed("t", seconds(1)), std::nullopt);
  EXPECT_EQ(Published("t", "0", seconds(2)), (TaskDuration{"t", seconds(2)}));
}

TEST_F(TaskDurationCalculatorTest, ATaskWithoutResultsHasNoDuration) {
  Started("t", seconds(0));
  EXPECT_EQ(Completed("t", seconds(1)), std::nullopt);
  EXPECT_EQ(calculator_.tasks_under_way(), 0u);
  EXPECT_EQ(calculator_.finished(), 0u);
  EXPECT_EQ(calculator_.mean(), nanoseconds(0));
}

TEST_F(TaskDurationCalculatorTest, TasksThatNeverEndAreBounded) {
  for (size_t i = 0; i < TaskDurationCalculator::kTasksMax + 5; ++i) Started(std::to_string(i), seconds(0));
  EXPECT_EQ(calculator_.tasks_under_way(), TaskDurationCalculator::kTasksMax);
  EXPECT_EQ(calculator_.ignored(), 5u);
}

}  // namespace
}  // namespace oneway::demo::task
