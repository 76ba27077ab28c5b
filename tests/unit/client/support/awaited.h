// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace oneway::client {

// Values that another thread delivers and a test waits for. A value that never comes fails the test, not its time
// limit. Threading: thread-safe.
template <typename Value>
class Awaited {
 public:
  void Put(Value value) {
    std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }

  Value Take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !values_.empty(); })) {
      ADD_FAILURE() << "waited 20 s for what did not come";
      return Value{};
    }
    Value value = std::move(values_.front());
    values_.pop_front();
    return value;
  }

  bool IsEmpty() {
    std::lock_guard lock(mutex_);
    return values_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Value> values_;
};

}  // namespace oneway::client
