// SPDX-License-Identifier: Apache-2.0
// How the rows of a data folder are read back.
#include <glog/logging.h>

#include <chrono>
#include <memory>
#include <string>

#include "joiner/journal/database.h"
#include "joiner/journal/housekeeper.h"
#include "joiner/journal/journal_reader.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/sequential_read.h"
#include "joiner/journal/state_codec.h"

namespace oneway::journal {
namespace {

std::string_view ViewOf(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

struct Total {
  uint64_t rows = 0;
  uint64_t bytes = 0;

  void Count(const rocksdb::Iterator& row) {
    ++rows;
    bytes += row.key().size() + row.value().size();
  }
};

absl::StatusOr<Total> RestoreLedger(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                                    const RestoreVisitor& visitor) {
  Total total;
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator(SequentialRead(), family));
  for (row->Seek(std::string(1, static_cast<char>(kOwnKeyPrefix + 1))); row->Valid(); row->Next()) {
    total.Count(*row);
    const absl::Status status = visitor.on_ledger_row(ViewOf(row->key()), ViewOf(row->value()));
    if (!status.ok()) return status;
  }
  if (!row->status().ok()) return FromRocksDb(row->status(), "reading the ledger");
  return total;
}

}  // namespace

absl::Status RocksDbStore::Restore(const RestoreVisitor& visitor) {
  CHECK(!restored_) << "restored twice";
  const auto begin = std::chrono::steady_clock::now();
  visitor.on_state(state_);
  const absl::StatusOr<Total> ledger = RestoreLedger(database_->db(), database_->ledger(), visitor);
  if (!ledger.ok()) return ledger.status();
  JournalReader reader(*database_, state_, visitor);
  if (absl::Status status = reader.Read(); !status.ok()) return status;
  database_->KeepPace();
  restored_ = true;

  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  LOG(INFO) << "restored " << reader.rows() << " rows of the journal (" << reader.bytes() << " bytes) and "
            << ledger->rows << " of the ledger (" << ledger->bytes << " bytes) in " << seconds.count() << " s";
  // From here on garbage may go: by the state that was restored, which is durable. Horizons come with the first commit.
  housekeeper_->Committed({state_.floor, state_.joiner_clock, nullptr}, Durable());
  return absl::OkStatus();
}

}  // namespace oneway::journal
