// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/file_pace.h"

#include <algorithm>

namespace oneway::journal {

void FilePace::Keep() {
  const sync::MutexLock lock(mutex_);
  keeps_ = true;
}

void FilePace::Lift() {
  const sync::MutexLock lock(mutex_);
  keeps_ = false;
  lifted_.NotifyAll();
}

void FilePace::Request(int64_t bytes, rocksdb::Env::IOPriority /*priority*/, rocksdb::Statistics* /*statistics*/) {
  bytes_ += bytes;
  ++requests_;
  const sync::MutexLock lock(mutex_);
  if (!keeps_) return;
  const auto begins_at = TakeTurn(bytes);
  while (keeps_ && lifted_.WaitUntil(mutex_, begins_at)) {
  }
}

// When the turn begins. It lasts as long as so many bytes take at the rate.
std::chrono::steady_clock::time_point FilePace::TakeTurn(int64_t bytes) {
  const std::chrono::duration<double> lasts(static_cast<double>(bytes) / static_cast<double>(rate_));
  const auto begins_at = std::max(free_at_, std::chrono::steady_clock::now());
  free_at_ = begins_at + std::chrono::duration_cast<std::chrono::steady_clock::duration>(lasts);
  return begins_at;
}

}  // namespace oneway::journal
