// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/buffer_budget.h"

#include <glog/logging.h>

namespace oneway::partitioner::forward {
namespace {

constexpr uint64_t kJoinerShareDivisor = 4;

bool TryAdd(std::atomic<uint64_t>& used, uint64_t bytes, uint64_t bytes_max) {
  uint64_t before = used.load();
  do {
    if (before + bytes > bytes_max) return false;
  } while (!used.compare_exchange_weak(before, before + bytes));
  return true;
}

}  // namespace

BufferBudget::BufferBudget(uint64_t bytes_max, uint32_t joiners)
    : bytes_max_(bytes_max), joiner_bytes_max_(bytes_max / kJoinerShareDivisor), by_joiner_(joiners) {}

bool BufferBudget::TryTake(hash::JoinerIndex joiner, uint64_t bytes) {
  std::atomic<uint64_t>& share = by_joiner_[static_cast<size_t>(joiner)];
  if (!TryAdd(share, bytes, joiner_bytes_max_)) return false;
  if (TryAdd(total_, bytes, bytes_max_)) return true;
  share.fetch_sub(bytes);
  return false;
}

void BufferBudget::Return(hash::JoinerIndex joiner, uint64_t bytes) {
  by_joiner_[static_cast<size_t>(joiner)].fetch_sub(bytes);
  const uint64_t before = total_.fetch_sub(bytes);
  CHECK_GE(before, bytes);
}

}  // namespace oneway::partitioner::forward
