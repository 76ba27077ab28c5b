// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace oneway::demo::task {

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

enum class TaskEventKind {
  kStarted,             // The handler has taken a task on.
  kProcessedPartition,  // A result has come, which is to be published.
  kPublishedPartition,  // That result is out.
  kCompleted,           // No further result will come; some may not be out yet.
};

// Something that happened to a task.
struct TaskEvent {
  TaskEventKind kind;
  std::string task_id;
  std::string partition;  // of the two about partitions
  Time time;              // when it was emitted: one stamp for all who listen
};

// Who wants to know.
class TaskEventListener {
 public:
  virtual ~TaskEventListener() = default;
  // Called on the thread that emits, by several at a time; must not wait.
  virtual void OnTaskEvent(const TaskEvent& event) = 0;
};

// By which the actors say what happens. That is all they have to do with the measuring of it.
// Threading: thread-safe. The listeners outlive it.
class TaskEvents {
 public:
  explicit TaskEvents(std::vector<TaskEventListener*> listeners);

  void Started(const std::string& task_id) const;
  void ProcessedPartition(const std::string& task_id, const std::string& partition) const;
  void PublishedPartition(const std::string& task_id, const std::string& partition) const;
  void Completed(const std::string& task_id) const;

 private:
  void Emit(TaskEventKind kind, const std::string& task_id, const std::string& partition) const;

  const std::vector<TaskEventListener*> listeners_;
};

}  // namespace oneway::demo::task
