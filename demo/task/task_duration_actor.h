// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>

#include "demo/actor/actor_system.h"
#include "demo/task/task_duration_calculator.h"
#include "demo/task/task_events.h"

namespace oneway::demo::task {

// Listens to all actors, so it is one itself: takes the events one at a time, in the order in which they were emitted
// as far as one caused the other, and appends a line "TASK_ID NANOSECONDS" to a file for each task that is done.
class TaskDurationActor final : public Actor<TaskEvent> {
 public:
  // `file`: opened for appending, or not open for no file.
  explicit TaskDurationActor(std::ofstream file) : file_(std::move(file)) {}

  void Receive(TaskEvent event) override;

 private:
  std::ofstream file_;
  TaskDurationCalculator calculator_;
};

// Tells every event to a TaskDurationActor.
// Threading: thread-safe.
class TaskDurationListener final : public TaskEventListener {
 public:
  explicit TaskDurationListener(ActorRef<TaskEvent> actor) : actor_(std::move(actor)) {}
  void OnTaskEvent(const TaskEvent& event) override { actor_.Tell(event); }

 private:
  const ActorRef<TaskEvent> actor_;
};

}  // namespace oneway::demo::task
