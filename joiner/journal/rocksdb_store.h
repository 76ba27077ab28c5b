// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/journal/identity.h"
#include "joiner/journal/journal_store.h"
#include "joiner/journal/run_history.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace oneway::journal {

class CommitWriter;
class Database;
class FolderLock;
class Housekeeper;

// The journal in a data folder:
//
//   LOCK      keeps other processes out                  folder_lock.h
//   IDENTITY  whose data it is                           identity.h
//   MARK      the highest acked mark, a second late      mark_file.h
//   db/       RocksDB with the families journal, ledger  database.h
//
// Flow: main opens it, the joiner restores from it, the committer commits. A commit is one write to the WAL and one
// fsync; a Housekeeper thread then lets go of what the commit made garbage.
// Threading: as JournalStore says.
class RocksDbStore final : public JournalStore {
 public:
  struct Options {
    std::string folder;  // created if it does not exist
    Identity identity;
    bool fsync = true;         // false: commits survive a crash of the process, but not of the machine
    bool accept_loss = false;  // open although acked commits are missing

    uint64_t memtable_bytes = uint64_t{64} << 20;
    uint64_t wal_bytes_max = uint64_t{384} << 20;  // of the logs that a start replays; a flush follows beyond
    uint64_t file_bytes = uint64_t{64} << 20;
    // Bytes a second of flushes and compactions, once the rows were read back. Lower than needed, commits end up
    // waiting for them.
    uint64_t file_write_rate = uint64_t{160} << 20;
    // So many files, or bytes, lie in level 0 before it is compacted, which takes as many bytes of disk once more;
    // those below the floor go without.
    int level0_files = 32;
    uint64_t level0_bytes = uint64_t{2} << 30;
    Duration file_ttl = std::chrono::minutes(30);  // every file meets the TTL filter about so often; whole seconds
    // How long after a commit its mark may take to be stored, and its floor and horizons to remove garbage. 0: at once,
    // within Commit.
    Duration housekeeping_interval = std::chrono::seconds(1);

    rocksdb::Env* env = nullptr;  // RocksDB's file system; outlives the store. null: the operating system's
  };

  // Opens or creates the data folder. FAILED_PRECONDITION: in use by another process, of another joiner, or written by
  // a newer program. DATA_LOSS: damaged, or it lacks what MARK says was acked; with accept_loss the latter is logged,
  // MARK is set back to what is there, and the joiner goes on under a new run.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const Options& options);
  ~RocksDbStore() override;

  // DATA_LOSS names a row that is damaged. It, the ledger's status or the visitor's ends the restore.
  absl::Status Restore(const RestoreVisitor& visitor) override;
  absl::Status Commit(const CommitBatch& batch) override;
  bool Contains(const Mark& mark) const override;
  Mark Durable() const override;
  StoreFigures Figures() const override;
  // What the disk of the data folder has left. Thread-safe.
  absl::StatusOr<uint64_t> FreeBytes() const;

 private:
  explicit RocksDbStore(const Options& options);
  absl::Status ReadOwnRows();
  absl::Status CheckAckedMark(const Options& options);
  void CheckAdvances(const JournalState& next) const;
  uint64_t Runs() const;

  const std::string folder_;
  rocksdb::Env* const env_;
  std::unique_ptr<FolderLock> lock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<CommitWriter> writer_;
  std::unique_ptr<Housekeeper> housekeeper_;

  RunId run_{};  // drawn by this Open
  bool restored_ = false;
  bool run_is_stored_ = false;  // with this run's first commit
  JournalState state_;          // as of the last durable commit
  absl::Status failure_;        // of the commit after which nothing goes
  Duration last_write_{};
  Duration last_sync_{};

  mutable sync::Mutex mutex_;
  RunHistory history_ ONEWAY_GUARDED_BY(mutex_);
  CommitNumber durable_ ONEWAY_GUARDED_BY(mutex_){};
};

}  // namespace oneway::journal
