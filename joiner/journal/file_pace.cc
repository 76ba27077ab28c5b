// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/file_pace.h"

#include <algorithm>

namespace oneway::journal {
namespace {

// Of the rate: what a flush writes at least.
constexpr int64_t kLeastShareDivisor = 16;

}  // namespace

void FilePace::Keep() {
  const sync::MutexLock lock(mutex_);
  keeps_ = true;
}

void FilePace::Lift() {
  const sync::MutexLock lock(mutex_);
  keeps_ = false;
  lifted_.NotifyAll();
  progressed_.NotifyAll();
}

void FilePace::Committed(uint64_t bytes) {
  const sync::MutexLock lock(mutex_);
  flush_.Committed(bytes);
  if (flush_waits_) progressed_.NotifyAll();
}

void FilePace::MemtableFilled() {
  const sync::MutexLock lock(mutex_);
  flush_.MemtableFilled();
}

void FilePace::FlushBegins() {
  const sync::MutexLock lock(mutex_);
  flush_.Begin();
}

void FilePace::HurryFlush() {
  const sync::MutexLock lock(mutex_);
  flush_.Hurry();
  progressed_.NotifyAll();
}

void FilePace::FlushEnds() {
  const sync::MutexLock lock(mutex_);
  flush_.End();
}

void FilePace::Request(int64_t bytes, rocksdb::Env::IOPriority priority, rocksdb::Statistics* /*statistics*/) {
  bytes_ += bytes;
  ++requests_;
  const sync::MutexLock lock(mutex_);
  const bool is_flush = priority == rocksdb::Env::IO_HIGH;
  if (is_flush) flush_.Wrote(static_cast<uint64_t>(bytes));
  if (is_flush && keeps_) WaitForCommits(bytes);
  if (!keeps_) return;
  const auto begins_at = TakeTurn(bytes);
  while (keeps_ && lifted_.WaitUntil(mutex_, begins_at)) {
  }
}

void FilePace::WaitForCommits(int64_t bytes) {
  const std::chrono::duration<double> longest(static_cast<double>(bytes * kLeastShareDivisor) /
                                              static_cast<double>(rate_));
  const auto latest = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(longest);
  flush_waits_ = true;
  while (keeps_ && flush_.IsAhead() && progressed_.WaitUntil(mutex_, latest)) {
  }
  flush_waits_ = false;
}

// When the turn begins. It lasts as long as so many bytes take at the rate.
std::chrono::steady_clock::time_point FilePace::TakeTurn(int64_t bytes) {
  const std::chrono::duration<double> lasts(static_cast<double>(bytes) / static_cast<double>(rate_));
  const auto begins_at = std::max(free_at_, std::chrono::steady_clock::now());
  free_at_ = begins_at + std::chrono::duration_cast<std::chrono::steady_clock::duration>(lasts);
  return begins_at;
}

}  // namespace oneway::journal
