// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/server_context.h>

#include "common/query/tail_pace.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"

namespace oneway::query {

// The beat of a stream that tells what it has every kTailTick. By this machine's own clock: it is no time of any event.
// Threading: owned by the thread that serves the stream.
class Ticks {
 public:
  static MonotonicTime Now() { return std::chrono::steady_clock::now(); }

  // Waits for the next tick; false when the caller has gone.
  bool Await(const grpc::ServerContext& caller) {
    next_ += kTailTick;
    if (next_ < Now()) next_ = Now();  // writing took longer
    const sync::MutexLock lock(mutex_);
    while (Now() < next_ && !caller.IsCancelled()) time_passes_.WaitUntil(mutex_, next_);
    return !caller.IsCancelled();
  }

 private:
  MonotonicTime next_ = Now();
  sync::Mutex mutex_;
  sync::ConditionVariable time_passes_;  // nobody notifies it
};

}  // namespace oneway::query
