// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "demo/actor/actor.h"

// What the actors of the task application tell each other:
//
//   HTTP --TaskTrigger--> Handler --Task--> Coordinator --TaskPartition--> Worker      (one coordinator a task,
//                            ^  ^                |  ^                         |          one worker and one
//                            |  +-TaskCompleted--+  +---TaskPartitionResult---+          publisher a partition)
//                            +----TaskPartitionResult, each --> Publisher
namespace oneway::demo::task {

// Somebody wants a task done.
struct TaskTrigger {
  std::string task_id;
};

// What a worker made of a partition.
struct TaskPartitionResult {
  std::string task_id;
  std::string partition;
  std::vector<std::string> ids;  // up to ten
};

// All results of a task have been handed over.
struct TaskCompleted {
  std::string task_id;
};

using HandlerMessage = std::variant<TaskTrigger, TaskPartitionResult, TaskCompleted>;

struct Task {
  std::string task_id;
  std::vector<std::string> partitions;
};

using CoordinatorMessage = std::variant<Task, TaskPartitionResult>;

struct TaskPartition {
  std::string task_id;
  std::string partition;
  ActorRef<CoordinatorMessage> reply_to;
};

using WorkerMessage = TaskPartition;

// The publisher's own note that the outer world has the result.
struct Published {
  std::string task_id;
  std::string partition;
};

using PublisherMessage = std::variant<TaskPartitionResult, Published>;

}  // namespace oneway::demo::task
