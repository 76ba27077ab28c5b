// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/exit_deadline.h"

#include <unistd.h>

#include <string_view>

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
    if (changed_.WaitUntil(mutex_, deadline_) || in_time_) continue;
    // Not through the log: a thread that waits for the same disk may hold its lock.
    constexpr std::string_view kWord =
        "the time for shutting down is over and the disk has not taken everything; ending without. What was not "
        "answered will be sent again\n";
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kWord.data(), kWord.size());
    _exit(exit_code_);
  }
}

}  // namespace oneway::server
