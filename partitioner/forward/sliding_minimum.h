// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace oneway::partitioner::forward {

// The smallest of a queue's values, kept while values come at the back and go at the front. Constant time, amortised:
// a value is dropped as soon as a smaller one stands behind it, for it can never be the smallest again.
//
// Threading: external. A value.
class SlidingMinimum {
 public:
  void PushBack(uint64_t value) {
    while (!rising_.empty() && rising_.back().value >= value) rising_.pop_back();
    rising_.push_back({pushed_++, value});
  }
  // The queue must not be empty.
  void PopFront() {
    if (rising_.front().number == popped_) rising_.pop_front();
    ++popped_;
  }
  std::optional<uint64_t> Minimum() const {
    if (rising_.empty()) return std::nullopt;
    return rising_.front().value;
  }

 private:
  struct Entry {
    uint64_t number;  // in the order of PushBack
    uint64_t value;
  };
  std::deque<Entry> rising_;
  uint64_t pushed_ = 0;
  uint64_t popped_ = 0;
};

}  // namespace oneway::partitioner::forward
