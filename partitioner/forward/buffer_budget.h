// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "common/hash/slot_map.h"

namespace oneway::partitioner::forward {

// How many bytes of unsettled events this process holds: bounded in total, and to a quarter of that for one joiner, so
// that a slow one does not stop the others.
//
// Threading: thread-safe, without a lock.
class BufferBudget {
 public:
  BufferBudget(uint64_t bytes_max, uint32_t joiners);

  // Takes `bytes` for events of `joiner`; false, and nothing is taken, when a bound would be passed.
  bool TryTake(hash::JoinerIndex joiner, uint64_t bytes);
  void Return(hash::JoinerIndex joiner, uint64_t bytes);

  uint64_t used(hash::JoinerIndex joiner) const { return by_joiner_[static_cast<size_t>(joiner)].load(); }
  uint64_t used() const { return total_.load(); }

 private:
  const uint64_t bytes_max_;
  const uint64_t joiner_bytes_max_;
  std::atomic<uint64_t> total_{0};
  std::vector<std::atomic<uint64_t>> by_joiner_;
};

}  // namespace oneway::partitioner::forward
