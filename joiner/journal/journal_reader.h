// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "joiner/journal/database.h"
#include "joiner/journal/journal_store.h"

namespace oneway::journal {

// Reads the rows of the journal back: its sequences are cut into ranges, and each thread takes one after the other,
// with an iterator of its own. What belongs together lies in several files, at several levels, so that merging them is
// as much work as what the visitor does; both are shared by all threads.
//
// Flow: RocksDbStore::Restore -> JournalReader -> the visitor. Once, before the first write: an iterator over a vector
// memtable would copy it.
// Threading: external; Read starts the other threads and ends them. What is handed in outlives it.
class JournalReader {
 public:
  JournalReader(Database& database, const JournalState& state, const RestoreVisitor& visitor);

  // DATA_LOSS names a row that is damaged. Otherwise the visitor's first error, or RocksDB's.
  absl::Status Read();

  // Totals of what was read.
  uint64_t rows() const { return rows_; }
  uint64_t bytes() const { return bytes_; }

 private:
  class Range;
  void ReadRanges();
  absl::Status ReadRange(Sequence begin, Sequence end);
  void Fail(const absl::Status& status);

  Database& database_;
  const JournalState state_;
  const RestoreVisitor& visitor_;

  std::atomic<uint64_t> next_range_{0};
  std::atomic<bool> failed_{false};
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t> bytes_{0};
  sync::Mutex mutex_;
  absl::Status failure_ ONEWAY_GUARDED_BY(mutex_);  // the first one
};

}  // namespace oneway::journal
