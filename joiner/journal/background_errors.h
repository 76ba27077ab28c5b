// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "rocksdb/listener.h"

namespace oneway::journal {

// Remembers the first error of RocksDB's own work: a flush, a compaction or a write of its list of files that failed.
// Some of these RocksDB would live with, never flushing again while the WAL grows: here each is final, as a failed
// commit is.
//
// Flow: RocksDB's threads tell it; RocksDbStore asks before each commit.
// Threading: thread-safe.
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override;

  // OK as long as there was none.
  absl::Status First() const;

 private:
  mutable sync::Mutex mutex_;
  absl::Status first_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::journal
