// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "common/histogram/histogram.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"

namespace oneway::observe {

// Cells in which the parts of a process count what they do; whoever answers /metrics reads them into an Exposition.
// Each starts at zero with the process. They order nothing between threads: a reader may see one cell ahead of another.

// Only grows.
// Threading: thread-safe, lock-free.
class Counter {
 public:
  void Add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Goes up and down.
// Threading: thread-safe, lock-free.
class Gauge {
 public:
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void Add(int64_t change) { value_.fetch_add(change, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// How long something took. For things that happen thousands of times a second, not millions: it takes a lock.
// Threading: thread-safe.
class DurationHistogram {
 public:
  // `duration` >= 0, so from a monotonic clock.
  void Record(Duration duration) {
    const sync::MutexLock lock(mutex_);
    histogram_.Record(duration);
  }
  histogram::Histogram Snapshot() const {
    const sync::MutexLock lock(mutex_);
    return histogram_;
  }

 private:
  mutable sync::Mutex mutex_;
  histogram::Histogram histogram_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::observe
