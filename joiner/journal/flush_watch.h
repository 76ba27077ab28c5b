// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "joiner/journal/file_pace.h"
#include "rocksdb/listener.h"

namespace oneway::journal {

// Tells FilePace of the journal's memtables and flushes; and to hurry where others wait for its flush: there is one
// thread for all flushes, and writes wait for those of the ledger too.
// Flow: RocksDB tells it, on the flushing thread or on the one that writes, without holding a lock of its own.
// Threading: thread-safe.
class FlushWatch final : public rocksdb::EventListener {
 public:
  explicit FlushWatch(std::shared_ptr<FilePace> pace) : pace_(std::move(pace)) {}

  void OnMemTableSealed(const rocksdb::MemTableInfo& memtable) override;
  void OnFlushBegin(rocksdb::DB* db, const rocksdb::FlushJobInfo& flush) override;
  void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo& flush) override;
  void OnStallConditionsChanged(const rocksdb::WriteStallInfo& stall) override;

 private:
  // Memtables of other families that may be filled while a flush of the journal waits: fewer than the ledger may have.
  static constexpr int kOthersFilledMax = 1;

  const std::shared_ptr<FilePace> pace_;
  std::atomic<int> others_filled_{0};  // since the last flush of the journal began
};

}  // namespace oneway::journal
