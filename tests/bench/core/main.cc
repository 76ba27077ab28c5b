// SPDX-License-Identifier: Apache-2.0
//
// One run of the joiner's core, or of something it is compared with, in a process of its own. Prints a line of JSON.
#include <glog/logging.h>

#include <CLI/CLI.hpp>

#include "tests/bench/core/core_run.h"
#include "tests/bench/core/limits.h"

namespace oneway::bench {
namespace {

int Main(int argc, char** argv) {
  CLI::App app("One run of the benchmark's core");
  CoreRunOptions options;
  std::string mode;
  std::string record_path;
  bool no_fsync = false;
  app.add_option("mode", mode, "joiner, store-vector, store-skiplist, store-arrival, map or naive")->required();
  app.add_option("--folder", options.folder, "where the data goes; must not exist");
  app.add_option("--flows", options.load.flows);
  app.add_option("--flows-per-second", options.load.flows_per_second, "by the events' own times");
  app.add_option("--key-bytes", options.load.workload.key_bytes, "16 or 36");
  app.add_option("--shards", options.shards);
  app.add_option("--record", record_path, "joiner: writes commits into this file; store-*: reads them");
  app.add_flag("--no-fsync", no_fsync);
  app.add_option("--miscount", options.miscount, "joiner: so many more starts are expected than there are");
  CLI11_PARSE(app, argc, argv);
  options.fsync = !no_fsync;

  if (mode == "joiner") {
    options.record_path = record_path;
    RunCore(options).Print();
  } else if (mode == "store-vector") {
    WriteRecorded(record_path, options.folder, Memtable::kVector).Print();
  } else if (mode == "store-skiplist") {
    WriteRecorded(record_path, options.folder, Memtable::kSkipList).Print();
  } else if (mode == "store-arrival") {
    WriteRecorded(record_path, options.folder, Memtable::kArrival).Print();
  } else if (mode == "map") {
    JoinInMap(options.load).Print();
  } else if (mode == "naive") {
    JoinInRocksDb(options.load, options.folder).Print();
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
