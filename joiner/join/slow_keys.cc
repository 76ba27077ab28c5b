// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/slow_keys.h"

#include <algorithm>
#include <functional>

namespace oneway::join {

bool SlowKeys::Slowest::Takes(Duration latency) {
  const auto end = latencies_.begin() + static_cast<std::ptrdiff_t>(size_);
  if (size_ == kSlowest) {
    if (latency <= latencies_.front()) return false;
    std::pop_heap(latencies_.begin(), end, std::greater<>());
    latencies_.back() = latency;
    std::push_heap(latencies_.begin(), end, std::greater<>());
    return true;
  }
  *end = latency;
  ++size_;
  std::push_heap(latencies_.begin(), end + 1, std::greater<>());
  return true;
}

void SlowKeys::Enter(uint64_t cell) {
  if (cells_.size() == kCellsMax && !cells_.contains(cell)) cells_.clear();
  last_ = cell;
  slowest_ = &cells_[cell];
}

}  // namespace oneway::join
