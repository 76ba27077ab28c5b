// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/commit_writer.h"

#include <endian.h>
#include <glog/logging.h>

#include <chrono>

#include "joiner/journal/state_codec.h"
#include "rocksdb/iostats_context.h"
#include "rocksdb/perf_level.h"

namespace oneway::journal {
namespace {

// The bytes of SequenceKey without a string.
class JournalKey {
 public:
  explicit JournalKey(Sequence sequence) : bytes_(htobe64(static_cast<uint64_t>(sequence))) {}
  rocksdb::Slice slice() const { return {reinterpret_cast<const char*>(&bytes_), sizeof(bytes_)}; }

 private:
  const uint64_t bytes_;
};

// Lets RocksDB measure the time of fsync in this thread while it exists.
class SyncTimer {
 public:
  SyncTimer() : level_before_(rocksdb::GetPerfLevel()) {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableTimeExceptForMutex);
    nanos_before_ = rocksdb::get_iostats_context()->fsync_nanos;
  }
  ~SyncTimer() { rocksdb::SetPerfLevel(level_before_); }
  Duration Elapsed() const { return Duration(rocksdb::get_iostats_context()->fsync_nanos - nanos_before_); }

 private:
  const rocksdb::PerfLevel level_before_;
  uint64_t nanos_before_;
};

}  // namespace

absl::Status CommitWriter::Write(const CommitBatch& batch, std::optional<RunId> new_run, Times& times) {
  const auto begin = std::chrono::steady_clock::now();
  const SyncTimer sync_timer;
  rocksdb::Status status = Fill(batch, new_run);
  rocksdb::WriteOptions options;
  options.sync = fsync_;
  if (status.ok()) status = database_.db().Write(options, &batch_);
  if (status.ok()) database_.Committed(batch_.GetDataSize());
  times.sync = sync_timer.Elapsed();
  times.write = std::chrono::steady_clock::now() - begin - times.sync;
  return FromRocksDb(status, "writing to the database");
}

rocksdb::Status CommitWriter::Fill(const CommitBatch& batch, std::optional<RunId> new_run) {
  batch_.Clear();
  rocksdb::Status status = batch_.Put(database_.ledger(), StateKey(), EncodeState(batch.state));
  if (status.ok() && new_run.has_value()) {
    const CommitNumber first = batch.state.commit;
    status = batch_.Put(database_.ledger(), RunKey(first), EncodeRun(first, *new_run));
  }
  for (size_t i = 0; status.ok() && i < batch.changes.size(); ++i) status = AddChanges(*batch.changes[i]);
  for (size_t i = 0; status.ok() && i < batch.ledger.size(); ++i) status = AddLedgerRow(batch.ledger[i]);
  return status;
}

rocksdb::Status CommitWriter::AddChanges(const EncodedChanges& changes) {
  rocksdb::ColumnFamilyHandle* const journal = database_.journal();
  const char* const bytes = changes.bytes.data();
  for (const EncodedChanges::Put& put : changes.puts) {
    rocksdb::Status status =
        batch_.Put(journal, JournalKey(put.sequence).slice(), rocksdb::Slice(bytes + put.offset, put.size));
    if (!status.ok()) return status;
  }
  for (const Sequence sequence : changes.deletes) {
    rocksdb::Status status = batch_.Delete(journal, JournalKey(sequence).slice());
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

rocksdb::Status CommitWriter::AddLedgerRow(const LedgerRow& row) {
  CHECK(!row.key.empty() && row.key[0] != kOwnKeyPrefix) << "a ledger key that is the journal's own";
  if (!row.value.has_value()) return batch_.Delete(database_.ledger(), row.key);
  return batch_.Put(database_.ledger(), row.key, *row.value);
}

}  // namespace oneway::journal
