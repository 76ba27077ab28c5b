// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/journal_store/store_room.h"

#include <glog/logging.h>

#include <filesystem>
#include <map>
#include <utility>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/journal/memory_store.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

class RocksDbRoom final : public StoreRoom {
 public:
  std::unique_ptr<JournalStore> Open(const std::string& folder) override {
    auto store = RocksDbStore::Open(TestStoreOptions(folder_.path() + "/" + folder));
    CHECK(store.ok()) << store.status();
    return *std::move(store);
  }

  void Copy(const std::string& from, const std::string& to) override {
    std::filesystem::copy(folder_.path() + "/" + from, folder_.path() + "/" + to,
                          std::filesystem::copy_options::recursive);
  }

 private:
  test::TemporaryFolder folder_;
};

class MemoryRoom final : public StoreRoom {
 public:
  std::unique_ptr<JournalStore> Open(const std::string& folder) override {
    return std::make_unique<MemoryStore>(DiskOf(folder));
  }

  void Copy(const std::string& from, const std::string& to) override { DiskOf(to)->CopyFrom(*DiskOf(from)); }

 private:
  std::shared_ptr<MemoryDisk> DiskOf(const std::string& folder) {
    std::shared_ptr<MemoryDisk>& disk = disks_[folder];
    if (disk == nullptr) disk = std::make_shared<MemoryDisk>();
    return disk;
  }

  std::map<std::string, std::shared_ptr<MemoryDisk>> disks_;
};

}  // namespace

std::unique_ptr<StoreRoom> MakeRocksDbRoom() {
  return std::make_unique<RocksDbRoom>();
}
std::unique_ptr<StoreRoom> MakeMemoryRoom() {
  return std::make_unique<MemoryRoom>();
}

}  // namespace oneway::journal
