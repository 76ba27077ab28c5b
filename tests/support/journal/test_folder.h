// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "joiner/journal/rocksdb_store.h"

namespace oneway::journal {

// A folder of its own under the system's temporary one, removed with all its content at the end.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A store in `folder` for the only joiner of a cluster; garbage is handled within each commit, without a thread.
RocksDbStore::Options TestStoreOptions(const std::string& folder);

// As TestStoreOptions, but so small everywhere that a hundred thousand rows fill several levels.
RocksDbStore::Options SmallLevelOptions(const std::string& folder);

}  // namespace oneway::journal
