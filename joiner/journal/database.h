// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "joiner/journal/background_errors.h"
#include "joiner/journal/file_pace.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/ttl_filter.h"
#include "rocksdb/db.h"
#include "rocksdb/statistics.h"

namespace oneway::journal {

// RocksDB as the journal uses it: opened with the options of database_options.h, closed by the destructor.
// Threading: thread-safe as RocksDB is.
class Database {
 public:
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& folder,
                                                        const RocksDbStore::Options& options);
  ~Database();

  // From now on files are written at Options::file_write_rate; what RocksDB writes as it opens has no limit. Once.
  void KeepPace() { pace_->Keep(); }
  // After a write of a batch of so many bytes, by the thread that writes: flushes go as commits do (FilePace).
  void Committed(uint64_t bytes) { pace_->Committed(bytes); }

  const RocksDbStore::Options& options() const { return options_; }
  rocksdb::DB& db() { return *db_; }
  // Rows by sequence. Its memtable is ArrivalMemtable: only Put, Delete and, before the first write, iterators.
  rocksdb::ColumnFamilyHandle* journal() { return journal_; }
  // The ledger's rows and the journal's own few.
  rocksdb::ColumnFamilyHandle* ledger() { return ledger_; }
  TtlFilterFactory& filter() { return *filter_; }
  BackgroundErrors& background_errors() { return *background_errors_; }
  rocksdb::Statistics& statistics() { return *statistics_; }

 private:
  explicit Database(const RocksDbStore::Options& options) : options_(options) {}

  const RocksDbStore::Options options_;
  std::shared_ptr<FilePace> pace_;                                                              // shared with RocksDB
  std::shared_ptr<TtlFilterFactory> filter_;                                                    // shared with RocksDB
  std::shared_ptr<BackgroundErrors> background_errors_ = std::make_shared<BackgroundErrors>();  // so too
  std::shared_ptr<rocksdb::Statistics> statistics_;                                             // shared with RocksDB
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* default_ = nullptr;  // these three until the destructor
  rocksdb::ColumnFamilyHandle* journal_ = nullptr;
  rocksdb::ColumnFamilyHandle* ledger_ = nullptr;
};

// `env`, or the operating system's where it is null.
rocksdb::Env& EnvOrSystem(rocksdb::Env* env);

// `status` as ours, with what was being done put before it. Corruption is DATA_LOSS, a full disk RESOURCE_EXHAUSTED,
// everything else INTERNAL.
absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& doing);

}  // namespace oneway::journal
