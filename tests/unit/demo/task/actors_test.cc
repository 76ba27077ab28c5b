// SPDX-License-Identifier: Apache-2.0
#include "demo/task/actors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "demo/actor/actor_system.h"
#include "demo/task/task_duration_actor.h"
#include "demo/task/task_events.h"
#include "tests/support/temporary_folder.h"

namespace oneway::demo::task {
namespace {

using testing::SizeIs;

constexpr auto kWaitMax = std::chrono::seconds(20);

// Keeps all events. Threading: thread-safe.
class Recorder final : public TaskEventListener {
 public:
  void OnTaskEvent(const TaskEvent& event) override {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  // Of one task, in the order in which they came.
  std::vector<TaskEvent> Of(const std::string& task_id) const {
    std::lock_guard lock(mutex_);
    std::vector<TaskEvent> events;
    for (const TaskEvent& event : events_) {
      if (event.task_id == task_id) events.push_back(event);
    }
    return events;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<TaskEvent> events_;
};

class ActorsTest : public testing::Test {
 protected:
  // Runs tasks "task-0", ... to their end, with short delays.
  void RunTasks(int tasks, std::ofstream durations = {}) {
    ActorSystem system(2);
    TaskDurationListener duration_listener(system.Spawn<TaskDurationActor>(std::move(durations)));
    const TaskEvents events({&recorder_, &duration_listener});
    const auto handler =
        system.Spawn<HandlerActor>(Work{.events = events, .delay_max = std::chrono::milliseconds(20)}, 1);
    for (int i = 0; i < tasks; ++i) handler.Tell(TaskTrigger{.task_id = "task-" + std::to_string(i)});
    ASSERT_TRUE(system.Drain(kWaitMax));
    EXPECT_EQ(system.actors(), 2u) << "coordinators, workers and publishers are gone";
  }

  Recorder recorder_;
};

TEST_F(ActorsTest, ATaskEmitsTheFourEventsOfTheSeedInTheOrderOfCauseAndEffect) {
  RunTasks(1);
  const std::vector<TaskEvent> events = recorder_.Of("task-0");
  ASSERT_THAT(events, SizeIs(22));
  EXPECT_EQ(events.front().kind, TaskEventKind::kStarted);
  std::set<std::string> processed, published;
  int completed = 0;
  for (const TaskEvent& event : events) {
    if (event.kind == TaskEventKind::kProcessedPartition) {
      EXPECT_TRUE(processed.insert(event.partition).second);
    }
    if (event.kind == TaskEventKind::kPublishedPartition) {
      EXPECT_TRUE(processed.contains(event.partition));
      EXPECT_TRUE(published.insert(event.partition).second);
    }
    if (event.kind == TaskEventKind::kCompleted) {
      EXPECT_THAT(processed, SizeIs(10));
      ++completed;
    }
    EXPECT_GE(event.time, events.front().time);
  }
  EXPECT_EQ(completed, 1);
  EXPECT_EQ(published, (std::set<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

TEST_F(ActorsTest, EveryTaskGetsItsLineWithTheDurationThatTheSameStampsGive) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/durations";
  RunTasks(20, std::ofstream(path, std::ios::app));
  std::ifstream file(path);
  std::map<std::string, int64_t> durations;
  std::string task_id;
  for (int64_t nanos = 0; file >> task_id >> nanos;) EXPECT_TRUE(durations.emplace(task_id, nanos).second);
  ASSERT_THAT(durations, SizeIs(20));
  for (const auto& [id, nanos] : durations) {
    const std::vector<TaskEvent> events = recorder_.Of(id);
    Time last;
    for (const TaskEvent& event : events) {
      if (event.kind == TaskEventKind::kPublishedPartition) last = std::max(last, event.time);
    }
    EXPECT_EQ(nanos, (last - events.front().time).count()) << id;
  }
}

TEST(DrawDelayTest, CoversAllOfItsRange) {
  Random random(7);
  std::vector<int> tenths(10);
  for (int i = 0; i < 10'000; ++i) {
    const auto delay = DrawDelay(random, kDelayMax);
    ASSERT_GE(delay.count(), 0);
    ASSERT_LE(delay, kDelayMax);
    ++tenths[std::min<int64_t>(delay * 10 / kDelayMax, 9)];
  }
  for (const int tenth : tenths) EXPECT_NEAR(tenth, 1'000, 200);
}

}  // namespace
}  // namespace oneway::demo::task
