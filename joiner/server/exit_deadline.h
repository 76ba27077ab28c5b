// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "common/sync/mutex.h"
#include "common/time/time.h"

namespace oneway::server {

// Ends the process with `exit_code` at `deadline`, unless it is destroyed before: a disk that hangs must not keep a
// process that was told to end. Every reply so far is durable, so ending at any moment loses nothing.
//
// Threading: external; has a thread of its own.
class ExitDeadline {
 public:
  ExitDeadline(MonotonicTime deadline, int exit_code);
  ~ExitDeadline();
  ExitDeadline(const ExitDeadline&) = delete;
  ExitDeadline& operator=(const ExitDeadline&) = delete;

 private:
  void Run();

  const MonotonicTime deadline_;
  const int exit_code_;
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  bool in_time_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace oneway::server
