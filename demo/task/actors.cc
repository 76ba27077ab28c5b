// SPDX-License-Identifier: Apache-2.0
#include "demo/task/actors.h"

#include <utility>
#include <variant>

#include "demo/id/new_id.h"

namespace oneway::demo::task {
namespace {

constexpr int kPartitions = 10;
constexpr int kResultIdsMax = 10;

std::vector<std::string> Partitions() {
  std::vector<std::string> partitions;
  for (int i = 0; i < kPartitions; ++i) partitions.push_back(std::to_string(i));
  return partitions;
}

std::vector<std::string> DrawIds(Random& random) {
  std::vector<std::string> ids(std::uniform_int_distribution<size_t>(0, kResultIdsMax)(random));
  for (std::string& id : ids) id = NewId();
  return ids;
}

}  // namespace

void HandlerActor::Receive(HandlerMessage message) {
  if (const auto* trigger = std::get_if<TaskTrigger>(&message)) OnTrigger(*trigger);
  if (auto* result = std::get_if<TaskPartitionResult>(&message)) OnResult(std::move(*result));
  if (const auto* completed = std::get_if<TaskCompleted>(&message)) OnCompleted(*completed);
}

void HandlerActor::OnTrigger(const TaskTrigger& trigger) {
  work_.events.Started(trigger.task_id);
  const auto coordinator = system().Spawn<CoordinatorActor>(work_, random_(), self());
  coordinator.Tell(Task{.task_id = trigger.task_id, .partitions = Partitions()});
}

void HandlerActor::OnResult(TaskPartitionResult result) {
  system().Spawn<PublisherActor>(work_, random_()).Tell(std::move(result));
}

void HandlerActor::OnCompleted(const TaskCompleted& completed) {
  work_.events.Completed(completed.task_id);
}

void CoordinatorActor::Receive(CoordinatorMessage message) {
  if (const auto* task = std::get_if<Task>(&message)) OnTask(*task);
  if (auto* result = std::get_if<TaskPartitionResult>(&message)) OnResult(std::move(*result));
}

void CoordinatorActor::OnTask(const Task& task) {
  missing_partitions_.insert(task.partitions.begin(), task.partitions.end());
  for (const std::string& partition : task.partitions) {
    const auto worker = system().Spawn<WorkerActor>(work_, random_());
    worker.Tell(TaskPartition{.task_id = task.task_id, .partition = partition, .reply_to = self()});
  }
}

void CoordinatorActor::OnResult(TaskPartitionResult result) {
  work_.events.ProcessedPartition(result.task_id, result.partition);
  const std::string task_id = result.task_id;
  missing_partitions_.erase(result.partition);
  reply_to_.Tell(std::move(result));
  if (!missing_partitions_.empty()) return;
  reply_to_.Tell(TaskCompleted{.task_id = task_id});
  Stop();
}

void WorkerActor::Receive(WorkerMessage partition) {
  TaskPartitionResult result{.task_id = partition.task_id, .partition = partition.partition, .ids = DrawIds(random_)};
  system().TellLater(partition.reply_to, std::move(result), DrawDelay(random_, work_.delay_max));
  Stop();
}

void PublisherActor::Receive(PublisherMessage message) {
  if (const auto* result = std::get_if<TaskPartitionResult>(&message)) {
    system().TellLater(self(), Published{.task_id = result->task_id, .partition = result->partition},
                       DrawDelay(random_, work_.delay_max));
    return;
  }
  const auto& published = std::get<Published>(message);
  work_.events.PublishedPartition(published.task_id, published.partition);
  Stop();
}

}  // namespace oneway::demo::task
