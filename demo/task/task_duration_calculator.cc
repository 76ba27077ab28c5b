// SPDX-License-Identifier: Apache-2.0
#include "demo/task/task_duration_calculator.h"

#include <algorithm>

namespace oneway::demo::task {

std::optional<TaskDuration> TaskDurationCalculator::Apply(const TaskEvent& event) {
  if (event.kind == TaskEventKind::kStarted && tasks_.size() < kTasksMax) {
    tasks_.insert_or_assign(event.task_id, Task{.started_at = event.time});
    return std::nullopt;
  }
  const auto found = tasks_.find(event.task_id);
  if (found == tasks_.end()) {
    ++ignored_;
    return std::nullopt;
  }
  Task& task = found->second;
  if (event.kind == TaskEventKind::kProcessedPartition) task.missing_publishing.insert(event.partition);
  if (event.kind == TaskEventKind::kPublishedPartition) {
    task.missing_publishing.erase(event.partition);
    task.last_published_at = std::max(task.last_published_at.value_or(event.time), event.time);
  }
  if (event.kind == TaskEventKind::kCompleted) task.is_completed = true;
  return FinishIfDone(found);
}

std::chrono::nanoseconds TaskDurationCalculator::mean() const {
  return finished_ == 0 ? std::chrono::nanoseconds(0) : sum_ / static_cast<int64_t>(finished_);
}

std::optional<TaskDuration> TaskDurationCalculator::FinishIfDone(std::map<std::string, Task>::iterator found) {
  const Task& task = found->second;
  if (!task.is_completed || !task.missing_publishing.empty()) return std::nullopt;
  std::optional<TaskDuration> finished;
  if (task.last_published_at.has_value()) {
    finished = TaskDuration{.task_id = found->first, .duration = *task.last_published_at - task.started_at};
    sum_ += finished->duration;
    ++finished_;
  }
  tasks_.erase(found);
  return finished;
}

}  // namespace oneway::demo::task
