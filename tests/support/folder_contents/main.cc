// SPDX-License-Identifier: Apache-2.0
//
// Writes what a data folder holds to a file, in a process of its own: rotten bytes may end it by an assertion of
// RocksDB's.
//   oneway-folder-contents FOLDER ATTIC RUN COMMIT FILE
// Exits with 0 when all is written; with 1 when the folder is refused, or lacks that commit of that run.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "rocksdb/env.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/power_file_system.h"
#include "tests/support/journal/store_options.h"

int main(int argc, char** argv) {
  using namespace oneway::journal;  // the whole of this program is about it
  if (argc != 6) {
    std::cerr << "usage: " << argv[0] << " FOLDER ATTIC RUN COMMIT FILE\n";
    return 2;
  }
  const Mark acked{.run = RunId(std::stoull(argv[3])), .commit = CommitNumber(std::stoull(argv[4]))};
  // A disk that syncs at once.
  const auto env = rocksdb::NewCompositeEnv(std::make_shared<PowerFileSystem>(argv[2]));
  RocksDbStore::Options options = TestStoreOptions(argv[1]);
  options.env = env.get();
  const auto store = RocksDbStore::Open(options);
  if (!store.ok() || !(*store)->Contains(acked)) return 1;
  const JournalDriver driver(**store);
  if (!driver.restored().ok()) return 1;
  std::ofstream(argv[5]) << driver.contents();
  return 0;
}
