// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include "demo/actor/actor_system.h"
#include "demo/task/messages.h"
#include "demo/task/random.h"
#include "demo/task/task_events.h"

// The actors of the task application; see messages.h for how they hang together. All of them say what happens through
// TaskEvents, which outlives them, and know nothing of the measuring of it.
namespace oneway::demo::task {

// What all actors need to know.
struct Work {
  const TaskEvents& events;
  std::chrono::nanoseconds delay_max = kDelayMax;  // of workers and publishers
};

// Takes triggers, and has every result published.
class HandlerActor final : public Actor<HandlerMessage> {
 public:
  HandlerActor(const Work& work, uint64_t seed) : work_(work), random_(seed) {}
  void Receive(HandlerMessage message) override;

 private:
  void OnTrigger(const TaskTrigger& trigger);
  void OnResult(TaskPartitionResult result);
  void OnCompleted(const TaskCompleted& completed);

  const Work work_;
  Random random_;  // seeds those it makes
};

// Splits one task among workers and hands their results on as they come.
class CoordinatorActor final : public Actor<CoordinatorMessage> {
 public:
  CoordinatorActor(const Work& work, uint64_t seed, ActorRef<HandlerMessage> reply_to)
      : work_(work), random_(seed), reply_to_(std::move(reply_to)) {}
  void Receive(CoordinatorMessage message) override;

 private:
  void OnTask(const Task& task);
  void OnResult(TaskPartitionResult result);

  const Work work_;
  Random random_;  // seeds those it makes
  const ActorRef<HandlerMessage> reply_to_;
  std::set<std::string> missing_partitions_;
};

// Processes one partition, which takes a while.
class WorkerActor final : public Actor<WorkerMessage> {
 public:
  WorkerActor(const Work& work, uint64_t seed) : work_(work), random_(seed) {}
  void Receive(WorkerMessage partition) override;

 private:
  const Work work_;
  Random random_;
};

// Publishes one result, which takes a while.
class PublisherActor final : public Actor<PublisherMessage> {
 public:
  PublisherActor(const Work& work, uint64_t seed) : work_(work), random_(seed) {}
  void Receive(PublisherMessage message) override;

 private:
  const Work work_;
  Random random_;
};

}  // namespace oneway::demo::task
