// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/database.h"

#include <glog/logging.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/journal/database_options.h"
#include "joiner/journal/flush_watch.h"

namespace oneway::journal {
namespace {

// A file that is not there, named by another that is: one of the two is rotten, or somebody removed one.
absl::Status WhyNotOpened(const rocksdb::Status& status, const std::string& folder) {
  const std::string doing = absl::StrCat("cannot open the database in ", folder);
  if (status.IsPathNotFound()) {
    return absl::DataLossError(absl::StrCat(doing, ", a file of it is missing: ", status.ToString()));
  }
  return FromRocksDb(status, doing);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& folder,
                                                         const RocksDbStore::Options& options) {
  std::unique_ptr<Database> database(new Database(options));
  database->filter_ = std::make_shared<TtlFilterFactory>();
  database->pace_ = std::make_shared<FilePace>(options.file_write_rate);
  database->statistics_ = rocksdb::CreateDBStatistics();
  // Tickers alone; histograms would cost a lock-free update in every read and write.
  database->statistics_->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);

  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
      {kJournalFamily, JournalFamilyOptions(options, database->filter_)},
      {"ledger", LedgerFamilyOptions(options)},
  };
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::DBOptions db_options = DatabaseOptions(options, database->statistics_, database->pace_);
  db_options.listeners = {database->background_errors_, std::make_shared<FlushWatch>(database->pace_)};
  const rocksdb::Status status = rocksdb::DB::Open(db_options, folder, families, &handles, &db);
  if (!status.ok()) return WhyNotOpened(status, folder);
  database->db_.reset(db);
  database->default_ = handles[0];
  database->journal_ = handles[1];
  database->ledger_ = handles[2];
  return database;
}

Database::~Database() {
  if (db_ == nullptr) return;
  pace_->Lift();  // a flush that is under way is waited for
  for (rocksdb::ColumnFamilyHandle* family : {default_, journal_, ledger_}) {
    const rocksdb::Status status = db_->DestroyColumnFamilyHandle(family);
    LOG_IF(ERROR, !status.ok()) << "closing a column family: " << status.ToString();
  }
  const rocksdb::Status status = db_->Close();
  LOG_IF(ERROR, !status.ok()) << "closing the database: " << status.ToString();
}

rocksdb::Env& EnvOrSystem(rocksdb::Env* env) {
  return env != nullptr ? *env : *rocksdb::Env::Default();
}

absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(doing, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  return absl::InternalError(message);
}

}  // namespace oneway::journal
