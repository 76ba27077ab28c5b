// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/time/time.h"
#include "joiner/journal/encoded_changes.h"
#include "joiner/journal/mark.h"
#include "joiner/journal/row.h"

namespace oneway::journal {

// How far each flow's horizon stood at a commit, as the TTL filter needs it: by FlowId, immutable.
// A flow beyond the end has no DONE row that may be removed.
using Horizons = std::vector<Time>;

// What is true of the whole journal as of one commit; stored with it.
struct JournalState {
  CommitNumber commit{};
  Time joiner_clock{};
  Sequence next_sequence{};  // no row at or beyond it was ever written
  Sequence floor{};          // no row below it is live; recovery never looks there
};

// A row of the ledger's column family as joiner/ledger encoded it; no value deletes the key. Keys are not empty and
// never start with a zero byte, which is the journal's own.
struct LedgerRow {
  std::string key;
  std::optional<std::string> value;
};

// Everything that one commit writes: one atomic write, one fsync.
// The pointed-to changes must stay unchanged until Commit returns.
struct CommitBatch {
  JournalState state;
  std::vector<const EncodedChanges*> changes;  // one a shard; a sequence occurs in at most one of them
  std::vector<LedgerRow> ledger;
  std::shared_ptr<const Horizons> horizons;  // as of this commit; used by the TTL filter once it is durable
};

// A row of the journal on its way back; what `row.key` points to lives until the visitor returns.
struct RestoredRow {
  Sequence sequence{};
  Row row;
};

// Rows that lie beside each other in the journal, by sequence ascending.
struct RestoredRows {
  std::span<const RestoredRow> rows;
  // Sequences that were read through for them, with a row or without; all calls together: next_sequence - floor.
  uint64_t sequences = 0;
};

// What Restore found, in calls: first `on_state`, then every ledger row, both on the calling thread, then every journal
// row at or above the floor, some thousand a call and the calls in any order. Of these `row_threads` may run at once.
struct RestoreVisitor {
  std::function<void(const JournalState&)> on_state;
  std::function<absl::Status(std::string_view key, std::string_view value)> on_ledger_row;
  std::function<absl::Status(const RestoredRows&)> on_rows;
  uint32_t row_threads = 1;
};

// Sizes for metrics; bytes unless said otherwise.
struct StoreFigures {
  uint64_t wal_bytes_written = 0;
  uint64_t flush_bytes_written = 0;
  uint64_t compaction_bytes_written = 0;
  uint64_t sst_bytes = 0;
  uint64_t filtered_rows = 0;  // rows that the TTL filter removed since the start
  uint64_t runs = 0;           // processes that wrote this data, this one included once it has committed
  Duration last_write{};       // of the last commit: batch and WAL append
  Duration last_sync{};        // of the last commit: fsync
};

// Where commits become durable. A seam: RocksDbStore, and MemoryStore (tests/support), which can hold and fail.
// Both pass tests/contract/journal_store.
//
// Threading: external; Restore comes first, then Commit and Figures from one thread at a time. Contains and Durable:
// thread-safe, at any time.
class JournalStore {
 public:
  virtual ~JournalStore() = default;
  // Reads back all that is durable. Once, before the first Commit.
  virtual absl::Status Restore(const RestoreVisitor& visitor) = 0;
  // Returns when `batch` is durable. After an error the store must not be used again: whether the batch is durable is
  // unknown, and the process has to stop.
  virtual absl::Status Commit(const CommitBatch& batch) = 0;
  // The runs that wrote this data: is everything up to `mark` in here? True for Mark{}, which nobody acked.
  virtual bool Contains(const Mark& mark) const = 0;
  // The last durable commit and the run that made it. The run that this store drew when it was opened appears with its
  // first commit, so that no ack names a run that a crash would forget; before, it is the previous run's mark, and
  // Mark{} in a new folder.
  virtual Mark Durable() const = 0;
  virtual StoreFigures Figures() const = 0;
};

}  // namespace oneway::journal
