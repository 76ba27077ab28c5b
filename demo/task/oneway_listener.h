// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/client.h"
#include "demo/task/task_events.h"

namespace oneway::demo::task {

// Hands the events to Oneway: a task is a flow that fans out into its partitions.
// Threading: thread-safe. The client outlives it.
class OnewayListener final : public TaskEventListener {
 public:
  static constexpr char kFlow[] = "task";

  explicit OnewayListener(client::Client& client) : client_(client) {}

  void OnTaskEvent(const TaskEvent& event) override {
    // The client counts what it cannot take; there is nothing that a task should do about it.
    switch (event.kind) {
      case TaskEventKind::kStarted:
        client_.Start(kFlow, event.task_id, event.time);
        break;
      case TaskEventKind::kProcessedPartition:
        client_.PartStarted(kFlow, event.task_id, event.partition, event.time);
        break;
      case TaskEventKind::kPublishedPartition:
        client_.PartEnded(kFlow, event.task_id, event.partition, event.time);
        break;
      case TaskEventKind::kCompleted:
        client_.Completed(kFlow, event.task_id, event.time);
        break;
    }
  }

 private:
  client::Client& client_;
};

}  // namespace oneway::demo::task
