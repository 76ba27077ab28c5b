// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "common/sync/mutex.h"
#include "joiner/journal/flush_progress.h"
#include "rocksdb/rate_limiter.h"

namespace oneway::journal {

// Keeps flushes and compactions out of the way of commits.
//
// None writes faster than a rate, so that the fsync of a commit does not wait behind all that they have. Who asks gets
// a turn behind those before, and waits until then: nobody has to wake anybody, and the wall clock has no part in it.
// (RocksDB 7.8's own limiter can lose a wake-up, https://github.com/facebook/rocksdb/pull/11763, and sleeps by the wall
// clock.)
//
// A flush of the journal is spread over the commits that fill the memtables of the next one (FlushProgress), so that it
// does not take a core from them all at once. While there are few commits it goes on at a sixteenth of the rate.
//
// Threading: thread-safe.
class FilePace final : public rocksdb::RateLimiter {
 public:
  // So much is written at once, as RocksDB's files do.
  static constexpr int64_t kTurnBytes = int64_t{1} << 20;

  // It does not hold anything up until Keep.
  explicit FilePace(uint64_t bytes_a_second) : rate_(static_cast<int64_t>(bytes_a_second)) {}

  void Keep();
  // Nobody waits from now on, nor any longer.
  void Lift();

  // Of the journal's memtables and flushes, of which there is one at a time: see FlushProgress.
  void Committed(uint64_t bytes);
  void MemtableFilled();
  void FlushBegins();
  void FlushEnds();
  void HurryFlush();

  using RateLimiter::Request;
  void Request(int64_t bytes, rocksdb::Env::IOPriority priority, rocksdb::Statistics* statistics) override;

  void SetBytesPerSecond(int64_t bytes_a_second) override { rate_ = bytes_a_second; }
  int64_t GetBytesPerSecond() const override { return rate_; }
  int64_t GetSingleBurstBytes() const override { return kTurnBytes; }
  // Whatever their priority.
  int64_t GetTotalBytesThrough(rocksdb::Env::IOPriority /*any*/) const override { return bytes_; }
  int64_t GetTotalRequests(rocksdb::Env::IOPriority /*any*/) const override { return requests_; }

 private:
  std::chrono::steady_clock::time_point TakeTurn(int64_t bytes) ONEWAY_REQUIRES(mutex_);
  void WaitForCommits(int64_t bytes) ONEWAY_REQUIRES(mutex_);

  std::atomic<int64_t> rate_;
  std::atomic<int64_t> bytes_{0};
  std::atomic<int64_t> requests_{0};
  sync::Mutex mutex_;
  sync::ConditionVariable lifted_;
  sync::ConditionVariable progressed_;
  FlushProgress flush_ ONEWAY_GUARDED_BY(mutex_);
  bool flush_waits_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool keeps_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point free_at_ ONEWAY_GUARDED_BY(mutex_);  // when all turns so far are over
};

}  // namespace oneway::journal
