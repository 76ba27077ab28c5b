// SPDX-License-Identifier: Apache-2.0
// How a data folder is opened: lock, identity, database, lineage, acked mark.
#include <glog/logging.h>
#include <sys/random.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "joiner/journal/commit_writer.h"
#include "joiner/journal/database.h"
#include "joiner/journal/folder_lock.h"
#include "joiner/journal/housekeeper.h"
#include "joiner/journal/mark_file.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/sequential_read.h"
#include "joiner/journal/small_file.h"
#include "joiner/journal/state_codec.h"

namespace oneway::journal {
namespace {

RunId DrawRun() {
  uint64_t number = 0;
  while (number == 0) {
    const ssize_t got = ::getrandom(&number, sizeof(number), 0);
    CHECK(got == sizeof(number) || errno == EINTR) << "the kernel gives no random numbers";
  }
  return RunId(number);
}

std::string Describe(const Mark& mark) {
  return absl::StrCat("commit ", static_cast<uint64_t>(mark.commit), " of run ",
                      absl::Hex(static_cast<uint64_t>(mark.run), absl::kZeroPad16));
}

std::string_view ViewOf(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

absl::StatusOr<bool> IsMissing(const std::string& folder, rocksdb::Env* env) {
  const rocksdb::Status status = EnvOrSystem(env).FileExists(folder);
  if (status.IsNotFound()) return true;
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot look for ", folder));
  return false;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const Options& options) {
  if (absl::Status status = CreateFolder(options.folder, options.env); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<FolderLock>> lock = FolderLock::Take(options.folder);
  if (!lock.ok()) return lock.status();
  const std::string database_folder = options.folder + "/db";
  const absl::StatusOr<bool> is_new = IsMissing(database_folder, options.env);
  if (!is_new.ok()) return is_new.status();
  if (absl::Status status = CheckIdentity(options.folder, options.identity, *is_new, options.env); !status.ok()) {
    return status;
  }
  // RocksDB would create it too, but never sync its name: a power cut could take the folder with all that it holds.
  // Synced also where the names are there: whoever made them may have been killed before it came to that.
  if (absl::Status status = CreateFolder(database_folder, options.env); !status.ok()) return status;
  if (absl::Status status = SyncFolder(options.folder, options.env); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(database_folder, options);
  if (!database.ok()) return database.status();

  std::unique_ptr<RocksDbStore> store(new RocksDbStore(options));
  store->lock_ = *std::move(lock);
  store->database_ = *std::move(database);
  store->run_ = DrawRun();
  if (absl::Status status = store->ReadOwnRows(); !status.ok()) return status;
  if (absl::Status status = store->CheckAckedMark(options); !status.ok()) return status;
  store->writer_ = std::make_unique<CommitWriter>(*store->database_, options.fsync);
  store->housekeeper_ = std::make_unique<Housekeeper>(
      *store->database_, Housekeeper::Options{.interval = options.housekeeping_interval,
                                              .sync_first = !options.fsync,
                                              .mark_file = MarkFile(options.folder, options.env)});
  return store;
}

// The state and the runs; a folder without a state never saw a commit.
absl::Status RocksDbStore::ReadOwnRows() {
  const sync::MutexLock lock(mutex_);
  const std::string behind_own(1, static_cast<char>(kOwnKeyPrefix + 1));
  const rocksdb::Slice upper_bound(behind_own);
  rocksdb::ReadOptions read = SequentialRead();
  read.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> row(database_->db().NewIterator(read, database_->ledger()));
  bool has_state = false;
  bool has_run = false;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (const std::optional<CommitNumber> first = ParseRunKey(ViewOf(row->key()))) {
      const absl::StatusOr<RunId> run = DecodeRun(*first, ViewOf(row->value()));
      if (!run.ok()) return run.status();
      history_.Add(*first, *run);
      has_run = true;
    } else if (ViewOf(row->key()) == StateKey()) {
      const absl::StatusOr<JournalState> state = DecodeState(ViewOf(row->value()));
      if (!state.ok()) return state.status();
      state_ = *state;
      durable_ = state->commit;
      has_state = true;
    } else {
      return absl::DataLossError("the database has a row of the journal that this program does not know");
    }
  }
  if (!row->status().ok()) return FromRocksDb(row->status(), "reading the journal's state");
  if (has_state != has_run)
    return absl::DataLossError("the journal has a state without a run, or a run without a state");
  return absl::OkStatus();
}

absl::Status RocksDbStore::CheckAckedMark(const Options& options) {
  const MarkFile file(options.folder, options.env);
  const absl::StatusOr<Mark> acked = file.Load();
  if (!acked.ok() && !absl::IsDataLoss(acked.status())) return acked.status();
  if (acked.ok() && Contains(*acked)) return absl::OkStatus();

  const std::string loss =
      acked.ok() ? absl::StrCat("acknowledged up to ", Describe(*acked)) : std::string(acked.status().message());
  const std::string found =
      absl::StrCat("the data folder ", options.folder, " has less than was acknowledged, or it cannot be told: ", loss,
                   "; the database ends with ", Describe(Durable()));
  if (!options.accept_loss) {
    return absl::DataLossError(absl::StrCat(found,
                                            ". An older copy was restored, or the disk lost what it had synced. Bring "
                                            "the right folder back, or go on without the lost events with "
                                            "--accept-loss"));
  }
  LOG(ERROR) << found << ". Going on without, as --accept-loss says";
  return file.Store(Durable());
}

}  // namespace oneway::journal
