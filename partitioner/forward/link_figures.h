// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "common/histogram/histogram.h"
#include "common/sync/mutex.h"

namespace oneway::partitioner::forward {

// What happened on the way to one joiner, for metrics.
// Threading: thread-safe.
struct LinkFigures {
  std::atomic<uint64_t> events_sent{0};  // those sent again included
  std::atomic<uint64_t> events_resent{0};
  std::atomic<uint64_t> frames_sent{0};
  std::atomic<uint64_t> bytes_sent{0};
  std::atomic<uint64_t> events_settled{0};
  std::atomic<uint64_t> events_refused{0};       // RETRY_AFTER at once: no room here, or others wait for too long
  std::atomic<uint64_t> events_put_off{0};       // RETRY_AFTER while they waited: the joiner settled nothing
  std::atomic<uint64_t> connects{0};             // handshakes that succeeded
  std::atomic<uint64_t> breaks{0};               // connections that were lost
  std::atomic<uint64_t> low_mark_unix_nanos{0};  // of the last frame; 0 = none yet

  // From the moment when an event entered a lane until its outcome was known.
  void RecordSettled(Duration latency, uint64_t events) {
    const sync::MutexLock lock(mutex_);
    settle_latency_.Record(latency, events);
  }
  histogram::Histogram settle_latency() const {
    const sync::MutexLock lock(mutex_);
    return settle_latency_;
  }

 private:
  mutable sync::Mutex mutex_;
  histogram::Histogram settle_latency_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::partitioner::forward
