// SPDX-License-Identifier: Apache-2.0
// How the rows of a data folder are read back.
#include <glog/logging.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "joiner/journal/database.h"
#include "joiner/journal/housekeeper.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/row_codec.h"
#include "joiner/journal/state_codec.h"

namespace oneway::journal {
namespace {

constexpr size_t kReadaheadBytes = size_t{4} << 20;

rocksdb::ReadOptions SequentialRead() {
  rocksdb::ReadOptions read = ReadWhole();
  read.readahead_size = kReadaheadBytes;
  read.fill_cache = false;
  return read;
}

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

absl::Status RestoreRow(const rocksdb::Iterator& row, const JournalState& state, const RestoreVisitor& visitor) {
  const std::optional<Sequence> sequence = ParseSequenceKey(ViewOf(row.key()));
  if (!sequence.has_value()) return absl::DataLossError("the journal has a row whose key is no sequence");
  if (*sequence >= state.next_sequence) {
    return absl::DataLossError(absl::StrCat("row ", static_cast<uint64_t>(*sequence),
                                            " of the journal lies beyond all sequences that were handed out, ",
                                            static_cast<uint64_t>(state.next_sequence)));
  }
  const absl::StatusOr<Row> decoded = DecodeRow(*sequence, ViewOf(row.value()));
  if (!decoded.ok()) return decoded.status();
  return visitor.on_row(*sequence, *decoded);
}

absl::StatusOr<Total> RestoreJournal(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, const JournalState& state,
                                     const RestoreVisitor& visitor) {
  Total total;
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator(SequentialRead(), family));
  for (row->Seek(SequenceKey(state.floor)); row->Valid(); row->Next()) {
    total.Count(*row);
    if (absl::Status status = RestoreRow(*row, state, visitor); !status.ok()) return status;
  }
  if (!row->status().ok()) return FromRocksDb(row->status(), "reading the journal");
  return total;
}

}  // namespace

absl::Status RocksDbStore::Restore(const RestoreVisitor& visitor) {
  CHECK(!restored_) << "restored twice";
  const auto begin = std::chrono::steady_clock::now();
  visitor.on_state(state_);
  const absl::StatusOr<Total> ledger = RestoreLedger(database_->db(), database_->ledger(), visitor);
  if (!ledger.ok()) return ledger.status();
  const absl::StatusOr<Total> journal = RestoreJournal(database_->db(), database_->journal(), state_, visitor);
  if (!journal.ok()) return journal.status();
  restored_ = true;

  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  LOG(INFO) << "restored " << journal->rows << " rows of the journal (" << journal->bytes << " bytes) and "
            << ledger->rows << " of the ledger (" << ledger->bytes << " bytes) in " << seconds.count() << " s";
  // From here on garbage may go: by the state that was restored, which is durable. Horizons come with the first commit.
  housekeeper_->Committed({state_.floor, state_.joiner_clock, nullptr});
  return absl::OkStatus();
}

}  // namespace oneway::journal
