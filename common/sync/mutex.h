// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>

// Annotations for clang's thread-safety analysis; nothing to other compilers.
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#if defined(__clang__)
#define ONEWAY_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define ONEWAY_THREAD_ANNOTATION(x)
#endif
#define ONEWAY_CAPABILITY(x) ONEWAY_THREAD_ANNOTATION(capability(x))
#define ONEWAY_SCOPED_CAPABILITY ONEWAY_THREAD_ANNOTATION(scoped_lockable)
#define ONEWAY_GUARDED_BY(x) ONEWAY_THREAD_ANNOTATION(guarded_by(x))
#define ONEWAY_REQUIRES(...) ONEWAY_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ONEWAY_ACQUIRE(...) ONEWAY_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define ONEWAY_RELEASE(...) ONEWAY_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace oneway::sync {

// std::mutex that the compiler and TSan both understand.
class ONEWAY_CAPABILITY("mutex") Mutex {
 public:
  void lock() ONEWAY_ACQUIRE() { mutex_.lock(); }
  void unlock() ONEWAY_RELEASE() { mutex_.unlock(); }

 private:
  friend class ConditionVariable;
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class ONEWAY_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ONEWAY_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() ONEWAY_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits with a Mutex held; wakes without cause at times, so every wait stands in a loop over its condition.
class ConditionVariable {
 public:
  void Wait(Mutex& mutex) ONEWAY_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }

  // False when the time is up.
  template <typename TimePoint>
  bool WaitUntil(Mutex& mutex, const TimePoint& deadline) ONEWAY_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace oneway::sync
