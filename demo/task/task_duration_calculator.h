// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "demo/task/task_events.h"

namespace oneway::demo::task {

// How long a task took, from its start until its last result was published.
struct TaskDuration {
  std::string task_id;
  std::chrono::nanoseconds duration{0};

  friend bool operator==(const TaskDuration&, const TaskDuration&) = default;
};

// Measures tasks inside the application that runs them, without Oneway: what Oneway finds out can be compared with it.
// It works because one process sees all events, the start of a task first and each result processed before it is
// published; it loses the tasks under way when the process ends.
//
// Threading: external.
class TaskDurationCalculator {
 public:
  static constexpr size_t kTasksMax = 100'000;  // under way; events of further ones are ignored

  // Takes an event in; the task's duration when it was the last one. Of a task without results nothing is published,
  // so it has no duration.
  std::optional<TaskDuration> Apply(const TaskEvent& event);

  size_t tasks_under_way() const { return tasks_.size(); }
  uint64_t finished() const { return finished_; }
  // Of all tasks that finished; 0 without any.
  std::chrono::nanoseconds mean() const;
  // Events of tasks that had not started, or had finished.
  uint64_t ignored() const { return ignored_; }

 private:
  struct Task {
    Time started_at;
    std::set<std::string> missing_publishing;
    bool is_completed = false;
    std::optional<Time> last_published_at;
  };

  std::optional<TaskDuration> FinishIfDone(std::map<std::string, Task>::iterator found);

  std::map<std::string, Task> tasks_;
  std::chrono::nanoseconds sum_{0};
  uint64_t finished_ = 0;
  uint64_t ignored_ = 0;
};

}  // namespace oneway::demo::task
