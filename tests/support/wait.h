// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "common/sync/mutex.h"

namespace oneway::test {

// Waits until `at`; nobody wakes it.
inline void WaitUntil(std::chrono::steady_clock::time_point at) {
  sync::Mutex mutex;
  sync::ConditionVariable never;
  const sync::MutexLock lock(mutex);
  while (never.WaitUntil(mutex, at)) {
  }
}
inline void WaitFor(std::chrono::nanoseconds duration) {
  WaitUntil(std::chrono::steady_clock::now() + duration);
}

// Looks at `condition` every ten milliseconds until it holds, for so long at most; whether it does.
template <typename Condition>
bool Eventually(std::chrono::nanoseconds wait_max, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + wait_max;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    WaitFor(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace oneway::test
