// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/database_options.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "joiner/journal/arrival_memtable.h"
#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/table.h"

namespace oneway::journal {
namespace {

// A key's START and DONE rows are near each other in time: merging memtables before a flush drops most STARTs there.
constexpr int kMemtablesPerFlush = 3;
constexpr int kMemtablesMax = 8;
// While level 0 is compacted, so many files come until writes are delayed, and as many again until they wait.
constexpr int kLevel0FilesUntilDelay = 16;
// Flushes of the ledger wait behind those of the journal.
constexpr int kLedgerMemtablesMax = 4;
constexpr uint64_t kLedgerMemtableBytesMax = uint64_t{16} << 20;
constexpr uint64_t kLedgerCacheBytes = uint64_t{8} << 20;
constexpr uint64_t kSyncedBytes = uint64_t{1} << 20;
constexpr uint64_t kDelayedBytesASecond = uint64_t{16} << 20;
constexpr uint64_t kLogBytesMax = uint64_t{4} << 20;

}  // namespace

rocksdb::DBOptions DatabaseOptions(const RocksDbStore::Options& options,
                                   std::shared_ptr<rocksdb::Statistics> statistics, std::shared_ptr<FilePace> pace) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  if (options.env != nullptr) db.env = options.env;
  db.statistics = std::move(statistics);

  // What a power cut leaves at the end of the WAL must not keep us from opening. It also drops what lies behind a
  // rotten byte in the middle, without a word: the mark outside the database is there to notice that.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Every family pins the WALs since its last flush; this bounds them, and with them the time that a start takes.
  db.max_total_wal_size = options.wal_bytes_max;
  // RocksDB 7.8 is not sound with these on, or they do not do what they say.
  db.track_and_verify_wals_in_manifest = false;
  db.wal_compression = rocksdb::kNoCompression;
  db.recycle_log_file_num = 0;

  db.paranoid_checks = true;
  // A failed write or fsync is final: the process stops, and the restart is the repair.
  db.max_bgerror_resume_count = 0;

  // The memtables of the journal take one writer, and there is one.
  db.allow_concurrent_memtable_write = false;
  db.enable_pipelined_write = false;
  db.max_background_jobs = 2;  // one flush at a time, as FlushProgress has it, and one compaction
  // The fsync of a commit waits behind what the disk was given before. So files go to it as they are written, not all
  // at once when they are complete, and not as fast as they could: see FilePace.
  db.bytes_per_sync = kSyncedBytes;
  db.strict_bytes_per_sync = true;
  db.rate_limiter = std::move(pace);
  // At which commits go on while compactions fall behind; otherwise it would be the limiter's rate.
  db.delayed_write_rate = kDelayedBytesASecond;
  db.max_open_files = -1;  // file ttl needs all files open

  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.keep_log_file_num = 4;
  db.max_log_file_size = kLogBytesMax;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

rocksdb::ColumnFamilyOptions JournalFamilyOptions(const RocksDbStore::Options& options,
                                                  std::shared_ptr<TtlFilterFactory> filter) {
  rocksdb::ColumnFamilyOptions family;
  // Sequences come almost in order, and nothing reads them while running: appending beats every sorted structure.
  family.memtable_factory = std::make_shared<ArrivalMemtableFactory>();
  family.write_buffer_size = options.memtable_bytes;
  family.min_write_buffer_number_to_merge = kMemtablesPerFlush;
  family.max_write_buffer_number = kMemtablesMax;

  family.compaction_filter_factory = std::move(filter);
  // Files move down without being rewritten, and so without meeting the filter. These two send every file through it:
  // ttl those above the last level, the period those in it.
  const auto file_ttl = std::chrono::duration_cast<std::chrono::seconds>(options.file_ttl);
  family.ttl = static_cast<uint64_t>(file_ttl.count());
  family.periodic_compaction_seconds = static_cast<uint64_t>(file_ttl.count());
  family.target_file_size_base = options.file_bytes;
  // As FileKeeper, which lets compactions begin.
  family.level0_file_num_compaction_trigger = options.level0_files;
  family.max_bytes_for_level_base = options.level0_bytes;
  family.level0_slowdown_writes_trigger = options.level0_files + kLevel0FilesUntilDelay;
  family.level0_stop_writes_trigger = options.level0_files + 2 * kLevel0FilesUntilDelay;
  family.disable_auto_compactions = true;  // FileKeeper says when they begin; never before all rows were read back

  // Fingerprints and keys do not compress, and blocks are read once a start.
  family.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.block_size = 64 << 10;
  table.no_block_cache = true;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

rocksdb::ColumnFamilyOptions LedgerFamilyOptions(const RocksDbStore::Options& options) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = std::min(options.memtable_bytes, kLedgerMemtableBytesMax);
  family.max_write_buffer_number = kLedgerMemtablesMax;
  family.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.block_cache = rocksdb::NewLRUCache(kLedgerCacheBytes);
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace oneway::journal
