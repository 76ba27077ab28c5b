// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/core/limits.h"

#include <glog/logging.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "joiner/journal/database_options.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/memtablerep.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "tests/bench/core/recording.h"
#include "tests/support/journal/store_options.h"

namespace oneway::bench {
namespace {

// Of a small row in a memtable: so much room a vector has from the beginning, for growing it would copy it.
constexpr uint64_t kRowBytes = 80;

// RocksDB with the journal's options and families, but without its filter.
class BareStore {
 public:
  BareStore(const std::string& folder, Memtable memtable) {
    const journal::RocksDbStore::Options options = journal::TestStoreOptions(folder);
    rocksdb::ColumnFamilyOptions journal = journal::JournalFamilyOptions(options, nullptr);
    switch (memtable) {
      case Memtable::kVector:
        journal.memtable_factory = std::make_shared<rocksdb::VectorRepFactory>(options.memtable_bytes / kRowBytes);
        break;
      case Memtable::kSkipList:
        journal.memtable_factory = std::make_shared<rocksdb::SkipListFactory>();
        break;
      case Memtable::kArrival:
        break;  // it has it
    }
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
        {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
        {"journal", journal},
        {"ledger", journal::LedgerFamilyOptions(options)},
    };
    rocksdb::DB* db = nullptr;
    Check(rocksdb::DB::Open(journal::DatabaseOptions(options, rocksdb::CreateDBStatistics(), nullptr), folder, families,
                            &handles_, &db));
    db_.reset(db);
  }
  ~BareStore() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) Check(db_->DestroyColumnFamilyHandle(handle));
  }

  void Write(const Recording::Commit& commit) {
    batch_.Clear();
    for (const RecordedWrite& write : commit.writes) Check(Add(write));
    rocksdb::WriteOptions options;
    options.sync = true;
    Check(db_->Write(options, &batch_));
  }

 private:
  static void Check(const rocksdb::Status& status) { CHECK(status.ok()) << status.ToString(); }

  rocksdb::Status Add(const RecordedWrite& write) {
    const rocksdb::Slice key(write.key.data(), write.key.size());
    const rocksdb::Slice value(write.value.data(), write.value.size());
    switch (write.what) {
      case RecordedWrite::What::kPut:
        return batch_.Put(handles_[1], key, value);
      case RecordedWrite::What::kDelete:
        return batch_.Delete(handles_[1], key);
      case RecordedWrite::What::kPutLedger:
        return batch_.Put(handles_[2], key, value);
      case RecordedWrite::What::kDeleteLedger:
        return batch_.Delete(handles_[2], key);
    }
    LOG(FATAL) << "no such write";
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  rocksdb::WriteBatch batch_;
};

struct KeyedEvent {
  hash::Fingerprint fingerprint;
  Time time;
  event::Kind kind{};
};

std::vector<KeyedEvent> WithFingerprints(const CoreLoad& load) {
  std::vector<KeyedEvent> events;
  events.reserve(load.events.size());
  std::vector<char> key(load.planner.key_bytes());
  for (const PlannedEvent& event : load.events) {
    load.planner.KeyOf(event.flow, key.data());
    events.push_back({hash::FingerprintOf(kSeed, kFlowName, {key.data(), key.size()}), event.time, event.kind});
  }
  return events;
}

Findings Found(const Stopwatch& stopwatch, size_t events) {
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("events", static_cast<double>(events));
  return findings;
}

// A usual way to set RocksDB up for point reads: a filter, and a cache that holds everything.
rocksdb::Options NaiveOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 64 << 20;
  options.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(size_t{1} << 30);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Returns whether the event ended a flow.
bool JoinNaively(rocksdb::DB& db, const KeyedEvent& event, std::string& value) {
  const rocksdb::Slice key(reinterpret_cast<const char*>(&event.fingerprint), sizeof(event.fingerprint));
  if (event.kind == event::Kind::kStart) {
    const rocksdb::Slice start(reinterpret_cast<const char*>(&event.time), sizeof(event.time));
    CHECK(db.Put({}, key, start).ok());
    return false;
  }
  if (!db.Get({}, key, &value).ok()) return false;
  CHECK(db.Delete({}, key).ok());
  return true;
}

}  // namespace

Findings WriteRecorded(const std::string& record_path, const std::string& folder, Memtable memtable) {
  const Recording recording(record_path);
  auto store = std::make_unique<BareStore>(folder, memtable);
  Stopwatch stopwatch;
  stopwatch.Begin();
  for (const Recording::Commit& commit : recording.commits()) store->Write(commit);
  stopwatch.EndWall();
  store.reset();  // waits for the flushes and compactions under way, as the joiner's does
  stopwatch.EndCpu();
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("rows", static_cast<double>(recording.rows()));
  findings.Add("commits", static_cast<double>(recording.commits().size()));
  return findings;
}

Findings JoinInMap(const CoreLoadOptions& options) {
  const std::vector<KeyedEvent> events = WithFingerprints(MakeCoreLoad(options));
  // Fingerprints are random bits: no other hash is needed.
  const auto hash = [](const hash::Fingerprint& fingerprint) { return fingerprint.low; };
  absl::flat_hash_map<hash::Fingerprint, Time, decltype(hash)> starts(0, hash);
  uint64_t matched = 0;
  Stopwatch stopwatch;
  stopwatch.Begin();
  for (const KeyedEvent& event : events) {
    if (event.kind == event::Kind::kStart) {
      starts.try_emplace(event.fingerprint, event.time);
    } else {
      matched += starts.erase(event.fingerprint);
    }
  }
  stopwatch.End();
  CHECK_GT(matched, events.size() / 3);
  return Found(stopwatch, events.size());
}

Findings JoinInRocksDb(const CoreLoadOptions& options, const std::string& folder) {
  const std::vector<KeyedEvent> events = WithFingerprints(MakeCoreLoad(options));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(NaiveOptions(), folder, &opened);
  CHECK(status.ok()) << status.ToString();
  const std::unique_ptr<rocksdb::DB> db(opened);
  uint64_t matched = 0;
  std::string value;
  Stopwatch stopwatch;
  stopwatch.Begin();
  for (const KeyedEvent& event : events) matched += JoinNaively(*db, event, value);
  stopwatch.End();
  CHECK_GT(matched, events.size() / 3);
  return Found(stopwatch, events.size());
}

}  // namespace oneway::bench
