// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/sync/mutex.h"

namespace oneway::client {

// The bytes that events may take from Start until they are settled.
//
// Flow: the queue's shards take, the sender gives back; WaitForRoom waits for what it gives back.
// Threading: thread-safe. Take and Give take no lock unless somebody waits.
class ByteBudget {
 public:
  explicit ByteBudget(size_t bytes_max)
      : bytes_max_(static_cast<int64_t>(bytes_max)), available_(static_cast<int64_t>(bytes_max)) {}

  // False, and nothing is taken, when fewer are left.
  bool Take(size_t bytes) {
    const auto wanted = static_cast<int64_t>(bytes);
    int64_t available = available_.load(std::memory_order_relaxed);
    while (available >= wanted) {
      if (available_.compare_exchange_weak(available, available - wanted, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  void Give(size_t bytes) {
    if (bytes == 0) return;
    available_.fetch_add(static_cast<int64_t>(bytes));
    if (waiting_.load() == 0) return;
    sync::MutexLock lock(mutex_);
    room_.NotifyAll();
  }

  // Waits until a quarter is free: by event, a waiting producer would wake for each one. False when the time is up.
  bool WaitForRoom(std::chrono::nanoseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    sync::MutexLock lock(mutex_);
    // Announced before looking: Give looks for waiters after it has added.
    waiting_.fetch_add(1);
    bool in_time = true;
    while (!HasRoom() && in_time) in_time = room_.WaitUntil(mutex_, deadline);
    waiting_.fetch_sub(1);
    return HasRoom();
  }

  size_t available() const { return static_cast<size_t>(available_.load()); }

 private:
  bool HasRoom() const { return available_.load() >= bytes_max_ / 4; }

  const int64_t bytes_max_;
  std::atomic<int64_t> available_;
  std::atomic<int> waiting_{0};
  sync::Mutex mutex_;
  sync::ConditionVariable room_;
};

}  // namespace oneway::client
