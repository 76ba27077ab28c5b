// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/test_folder.h"

#include <glog/logging.h>
#include <stdlib.h>

#include <filesystem>

namespace oneway::journal {

TestFolder::TestFolder() : path_((std::filesystem::temp_directory_path() / "oneway-test-XXXXXX").string()) {
  PCHECK(::mkdtemp(path_.data()) != nullptr) << path_;
}

TestFolder::~TestFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  LOG_IF(WARNING, static_cast<bool>(error)) << "cannot remove " << path_ << ": " << error.message();
}

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

RocksDbStore::Options SmallLevelOptions(const std::string& folder) {
  RocksDbStore::Options options = TestStoreOptions(folder);
  options.identity.stretch_rows = 8192;
  options.memtable_bytes = 256 << 10;
  options.level_base_bytes = 1 << 20;
  options.file_bytes = 256 << 10;
  options.level0_files = 2;
  return options;
}

}  // namespace oneway::journal
