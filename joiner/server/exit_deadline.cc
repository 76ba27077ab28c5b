// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/exit_deadline.h"

#include <glog/logging.h>
#include <unistd.h>

namespace oneway::server {

ExitDeadline::ExitDeadline(MonotonicTime deadline, int exit_code) : deadline_(deadline), exit_code_(exit_code) {
  thread_ = std::thread([this] { Run(); });
}

ExitDeadline::~ExitDeadline() {
  {
    const sync::MutexLock lock(mutex_);
    in_time_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void ExitDeadline::Run() {
  const sync::MutexLock lock(mutex_);
  while (!in_time_) {
    if (changed_.WaitUntil(mutex_, deadline_)) continue;
    LOG(ERROR) << "the shutdown grace has passed and the disk has not taken everything; ending without. What was not "
                  "answered will be sent again";
    google::FlushLogFiles(google::INFO);
    _exit(exit_code_);
  }
}

}  // namespace oneway::server
