// SPDX-License-Identifier: Apache-2.0
//
// How fast a joiner reads its data folder back, against iterating the same database. `fill` makes the folder, `restore`
// and `iterate` read it, each in a process of its own.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "joiner/journal/database.h"
#include "joiner/journal/rocksdb_store.h"
#include "tests/bench/core/core_run.h"
#include "tests/support/journal/store_options.h"

namespace oneway::bench {
namespace {

Findings Iterate(const std::string& folder) {
  journal::RocksDbStore::Options options = journal::TestStoreOptions(folder);
  auto database = journal::Database::Open(folder + "/db", options);
  CHECK(database.ok()) << database.status();
  rocksdb::ReadOptions read;
  read.readahead_size = size_t{4} << 20;
  read.fill_cache = false;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  Stopwatch stopwatch;
  stopwatch.Begin();
  for (rocksdb::ColumnFamilyHandle* family : {(*database)->journal(), (*database)->ledger()}) {
    const std::unique_ptr<rocksdb::Iterator> row((*database)->db().NewIterator(read, family));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      bytes += row->key().size() + row->value().size();
      rows += family == (*database)->journal();
    }
    CHECK(row->status().ok()) << row->status().ToString();
  }
  stopwatch.End();
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("rows", static_cast<double>(rows));
  findings.Add("bytes", static_cast<double>(bytes));
  return findings;
}

Findings Restore(const std::string& folder, uint32_t shards, uint32_t threads) {
  auto store = journal::RocksDbStore::Open(journal::TestStoreOptions(folder));
  CHECK(store.ok()) << store.status();
  const time::SystemClock clock;
  server::JoinerCore::Options core_options = CoreOptions(shards);
  if (threads != 0) core_options.restore_threads = threads;
  server::JoinerCore core(core_options, clock, **store, [](const absl::Status& status) { LOG(FATAL) << status; });
  Stopwatch stopwatch;
  stopwatch.Begin();
  const absl::Status status = core.Recover();
  stopwatch.End();
  CHECK(status.ok()) << status;
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("rows", static_cast<double>(core.recovery().rows));
  return findings;
}

int Main(int argc, char** argv) {
  CLI::App app("Recovery");
  std::string mode;
  CoreRunOptions options;
  uint32_t threads = 0;
  app.add_option("mode", mode, "fill, restore or iterate")->required();
  app.add_option("--folder", options.folder)->required();
  app.add_option("--flows", options.load.flows);
  app.add_option("--shards", options.shards);
  app.add_option("--threads", threads, "That read the journal back; as many as shards if 0");
  CLI11_PARSE(app, argc, argv);
  if (mode == "fill") {
    RunCore(options).Print();
  } else if (mode == "restore") {
    Restore(options.folder, options.shards, threads).Print();
  } else if (mode == "iterate") {
    Iterate(options.folder).Print();
  } else {
    LOG(FATAL) << "unknown mode " << mode;
  }
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_WARNING;
  return oneway::bench::Main(argc, argv);
}
