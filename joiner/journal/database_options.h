// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "joiner/journal/file_pace.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/ttl_filter.h"
#include "rocksdb/options.h"
#include "rocksdb/statistics.h"

namespace oneway::journal {

// Of the column family of the journal's rows.
inline constexpr char kJournalFamily[] = "journal";

// How RocksDB is set up for the journal. Each choice has its reason in database_options.cc.
// Threading: immutable (free functions).
rocksdb::DBOptions DatabaseOptions(const RocksDbStore::Options& options,
                                   std::shared_ptr<rocksdb::Statistics> statistics, std::shared_ptr<FilePace> pace);
rocksdb::ColumnFamilyOptions JournalFamilyOptions(const RocksDbStore::Options& options,
                                                  std::shared_ptr<TtlFilterFactory> filter);
rocksdb::ColumnFamilyOptions LedgerFamilyOptions(const RocksDbStore::Options& options);

}  // namespace oneway::journal
