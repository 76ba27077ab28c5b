// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/rocksdb_store.h"

#include <glog/logging.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "joiner/journal/commit_writer.h"
#include "joiner/journal/database.h"
#include "joiner/journal/folder_lock.h"
#include "joiner/journal/housekeeper.h"

namespace oneway::journal {

RocksDbStore::RocksDbStore(const Options& options) : folder_(options.folder), env_(options.env) {}

RocksDbStore::~RocksDbStore() = default;

absl::Status RocksDbStore::Commit(const CommitBatch& batch) {
  if (!failure_.ok()) return failure_;
  CheckAdvances(batch.state);
  const std::optional<RunId> new_run = run_is_stored_ ? std::nullopt : std::optional<RunId>(run_);
  CommitWriter::Times times;
  absl::Status status = database_->background_errors().First();
  if (status.ok()) status = writer_->Write(batch, new_run, times);
  if (!status.ok()) {
    failure_ = absl::Status(status.code(), absl::StrCat("commit ", static_cast<uint64_t>(batch.state.commit),
                                                        " failed, no further one is taken: ", status.ToString()));
    return failure_;
  }

  run_is_stored_ = true;
  state_ = batch.state;
  last_write_ = times.write;
  last_sync_ = times.sync;
  {
    const sync::MutexLock lock(mutex_);
    durable_ = state_.commit;
    if (new_run.has_value()) history_.Add(state_.commit, *new_run);
  }
  housekeeper_->Committed({state_.floor, state_.joiner_clock, batch.horizons}, Durable());
  return absl::OkStatus();
}

bool RocksDbStore::Contains(const Mark& mark) const {
  const sync::MutexLock lock(mutex_);
  return history_.Contains(mark, durable_);
}

Mark RocksDbStore::Durable() const {
  const sync::MutexLock lock(mutex_);
  return history_.Last(durable_);
}

uint64_t RocksDbStore::Runs() const {
  const sync::MutexLock lock(mutex_);
  return history_.size();
}

StoreFigures RocksDbStore::Figures() const {
  StoreFigures figures;
  rocksdb::Statistics& statistics = database_->statistics();
  figures.wal_bytes_written = statistics.getTickerCount(rocksdb::WAL_FILE_BYTES);
  figures.flush_bytes_written = statistics.getTickerCount(rocksdb::FLUSH_WRITE_BYTES);
  figures.compaction_bytes_written = statistics.getTickerCount(rocksdb::COMPACT_WRITE_BYTES);
  for (rocksdb::ColumnFamilyHandle* family : {database_->journal(), database_->ledger()}) {
    uint64_t bytes = 0;
    // False only for an unknown property.
    CHECK(database_->db().GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &bytes));
    figures.sst_bytes += bytes;
  }
  figures.filtered_rows = database_->filter().filtered_rows();
  figures.runs = Runs();
  figures.last_write = last_write_;
  figures.last_sync = last_sync_;
  return figures;
}

absl::StatusOr<uint64_t> RocksDbStore::FreeBytes() const {
  uint64_t bytes = 0;
  const rocksdb::Status status = EnvOrSystem(env_).GetFreeSpace(folder_, &bytes);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot tell the free space of ", folder_));
  return bytes;
}

// The floor above all must never go back: what lay below it is gone.
void RocksDbStore::CheckAdvances(const JournalState& next) const {
  CHECK(restored_) << "a commit before the restore";
  CHECK(next.commit > state_.commit) << "commit numbers grow";
  CHECK(next.joiner_clock >= state_.joiner_clock) << "the joiner clock never goes back";
  CHECK(next.next_sequence >= state_.next_sequence) << "sequences are never handed out twice";
  CHECK(next.floor >= state_.floor && next.floor <= next.next_sequence) << "the floor never goes back";
}

}  // namespace oneway::journal
