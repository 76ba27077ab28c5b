// SPDX-License-Identifier: Apache-2.0
#include "demo/task/task_duration_actor.h"

#include <glog/logging.h>

#include <chrono>

namespace oneway::demo::task {
namespace {

int64_t Milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::round<std::chrono::milliseconds>(duration).count();
}

}  // namespace

void TaskDurationActor::Receive(TaskEvent event) {
  const auto finished = calculator_.Apply(event);
  if (!finished.has_value()) return;
  LOG(INFO) << "task " << finished->task_id << " took " << Milliseconds(finished->duration) << " ms; mean of "
            << calculator_.finished() << ": " << Milliseconds(calculator_.mean()) << " ms";
  if (!file_.is_open()) return;
  file_ << finished->task_id << " " << finished->duration.count() << std::endl;
  if (!file_) {
    LOG(ERROR) << "cannot write the file of durations any more";
    file_.close();
  }
}

}  // namespace oneway::demo::task
