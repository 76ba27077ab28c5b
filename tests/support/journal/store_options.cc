// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/store_options.h"

namespace oneway::journal {

RocksDbStore::Options TestStoreOptions(const std::string& folder) {
  RocksDbStore::Options options;
  options.folder = folder;
  options.identity.seed = hash::HashSeed(7);
  options.identity.joiners = {"joiner-0"};
  options.identity.joiner = "joiner-0";
  options.identity.slot_end = options.identity.slot_count;
  options.housekeeping_interval = Duration::zero();
  return options;
}

RocksDbStore::Options NeverCompactedOptions(const std::string& folder) {
  RocksDbStore::Options options = TestStoreOptions(folder);
  options.identity.stretch_rows = 8192;
  options.memtable_bytes = 256 << 10;
  options.level0_files = 10'000;
  return options;
}

RocksDbStore::Options SmallLevelOptions(const std::string& folder) {
  RocksDbStore::Options options = NeverCompactedOptions(folder);
  options.level0_bytes = 1 << 20;
  options.file_bytes = 256 << 10;
  options.level0_files = 2;
  return options;
}

}  // namespace oneway::journal
