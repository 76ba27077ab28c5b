// SPDX-License-Identifier: Apache-2.0
#include "demo/task/task_events.h"

#include <utility>

namespace oneway::demo::task {

TaskEvents::TaskEvents(std::vector<TaskEventListener*> listeners) : listeners_(std::move(listeners)) {}

void TaskEvents::Started(const std::string& task_id) const {
  Emit(TaskEventKind::kStarted, task_id, "");
}

void TaskEvents::ProcessedPartition(const std::string& task_id, const std::string& partition) const {
  Emit(TaskEventKind::kProcessedPartition, task_id, partition);
}

void TaskEvents::PublishedPartition(const std::string& task_id, const std::string& partition) const {
  Emit(TaskEventKind::kPublishedPartition, task_id, partition);
}

void TaskEvents::Completed(const std::string& task_id) const {
  Emit(TaskEventKind::kCompleted, task_id, "");
}

void TaskEvents::Emit(TaskEventKind kind, const std::string& task_id, const std::string& partition) const {
  const TaskEvent event{
      .kind = kind, .task_id = task_id, .partition = partition, .time = std::chrono::system_clock::now()};
  for (TaskEventListener* listener : listeners_) listener->OnTaskEvent(event);
}

}  // namespace oneway::demo::task
