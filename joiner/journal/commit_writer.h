// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "common/time/time.h"
#include "joiner/journal/database.h"
#include "joiner/journal/journal_store.h"
#include "rocksdb/write_batch.h"

namespace oneway::journal {

// Turns a commit into one write of RocksDB.
// Threading: owned by the committer's thread. `database` outlives it.
class CommitWriter {
 public:
  struct Times {
    Duration write{};  // batch, WAL and memtable
    Duration sync{};   // fsync
  };

  CommitWriter(Database& database, bool fsync) : database_(database), fsync_(fsync) {}

  // Writes `batch`, and `new_run` as the run that begins with it. With fsync it is durable on return. After an error
  // nothing must be written any more.
  absl::Status Write(const CommitBatch& batch, std::optional<RunId> new_run, Times& times);

 private:
  rocksdb::Status Fill(const CommitBatch& batch, std::optional<RunId> new_run);
  rocksdb::Status AddChanges(const EncodedChanges& changes);
  rocksdb::Status AddLedgerRow(const LedgerRow& row);

  Database& database_;
  const bool fsync_;
  rocksdb::WriteBatch batch_;  // kept for its memory
};

}  // namespace oneway::journal
