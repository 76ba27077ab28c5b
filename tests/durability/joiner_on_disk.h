// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "joiner/journal/rocksdb_store.h"
#include "rocksdb/env.h"
#include "tests/durability/traffic.h"
#include "tests/support/fake_clock.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/power_file_system.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {

// A joiner without its network, whose data folder lies on a disk that can fail and lose power. It can be opened again
// and again, like the process that is started again. Everywhere so small that few events take every path: flushes,
// compactions, relocation, folds.
//
// Threading: external.
class JoinerOnDisk {
 public:
  // Called with each new store; the joiner then uses the wrapper that it returns.
  using WrapStore = std::function<std::unique_ptr<journal::JournalStore>(journal::JournalStore&)>;

  // `compacts`: otherwise files stay in level 0 until they are below the floor.
  JoinerOnDisk(time::FakeClock& clock, bool compacts);

  journal::PowerFileSystem& files() { return *files_; }
  std::string folder() const { return folder_.path() + "/data"; }
  void SetWrapper(WrapStore wrap) { wrap_ = std::move(wrap); }

  // As a process starts: opens the folder, recovers, makes its first commit. What it says is why it does not serve.
  absl::Status Open();
  bool is_open() const { return joiner_ != nullptr; }
  JoinerHarness& joiner() { return *joiner_; }
  journal::RocksDbStore& store() { return *store_; }
  // That the last opening restored: garbage whose removal may be half done, and which must not come back.
  uint64_t rows_below_floor() const { return rows_below_floor_; }
  // Ends the joiner: what it did not commit, it commits, as far as disk and power let it.
  void Close();

 private:
  time::FakeClock& clock_;
  const bool compacts_;
  TemporaryFolder folder_;
  std::shared_ptr<journal::PowerFileSystem> files_;
  std::unique_ptr<rocksdb::Env> env_;
  WrapStore wrap_;
  std::unique_ptr<journal::RocksDbStore> store_;
  uint64_t rows_below_floor_ = 0;
  std::unique_ptr<journal::JournalStore> watched_;
  std::unique_ptr<journal::JournalStore> wrapper_;
  std::unique_ptr<JoinerHarness> joiner_;
};

}  // namespace oneway::test
