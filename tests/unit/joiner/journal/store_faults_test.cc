// SPDX-License-Identifier: Apache-2.0
// What the store does when the disk fails, by a file system that fails on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "joiner/journal/rocksdb_store.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

struct Faults {
  std::atomic<bool> fail_syncs{false};
  std::atomic<bool> fail_appends{false};
  std::atomic<int> syncs{0};
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, Faults& faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    if (faults_.fail_appends) return rocksdb::IOStatus::NoSpace("no space left");
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    ++faults_.syncs;
    if (faults_.fail_syncs) return rocksdb::IOStatus::IOError("the disk is gone");
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }

 private:
  Faults& faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(Faults& faults) : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

  const char* Name() const override { return "FaultyFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &file, context);
    if (status.ok()) *result = std::make_unique<FaultyFile>(std::move(file), faults_);
    return status;
  }

 private:
  Faults& faults_;
};

class StoreFaultsTest : public testing::Test {
 protected:
  StoreFaultsTest() { options_.env = env_.get(); }

  std::unique_ptr<RocksDbStore> Open() {
    auto store = RocksDbStore::Open(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  const test::TemporaryFolder folder_;
  Faults faults_;
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults_));
  RocksDbStore::Options options_ = TestStoreOptions(folder_.path());
};

TEST_F(StoreFaultsTest, AFailedSyncFailsTheCommitAndEveryLaterOne) {
  const std::unique_ptr<RocksDbStore> store = Open();
  JournalDriver driver(*store);
  driver.PutNew(StartRow("push-1"));
  ASSERT_TRUE(driver.Commit().ok());
  const Mark acked = store->Durable();

  faults_.fail_syncs = true;
  driver.PutNew(StartRow("push-2"));
  const absl::Status failure = driver.Commit();
  EXPECT_THAT(std::string(failure.message()), testing::HasSubstr("commit 2 failed"));
  EXPECT_THAT(std::string(failure.message()), testing::HasSubstr("the disk is gone"));

  faults_.fail_syncs = false;
  const int syncs = faults_.syncs;
  EXPECT_EQ(driver.Commit(), failure);
  EXPECT_EQ(faults_.syncs, syncs) << "a failed fsync was tried again";
  EXPECT_EQ(store->Durable(), acked);
}

TEST_F(StoreFaultsTest, AFullDiskFailsTheCommitAndWhatWasAckedIsThereAfterTheRestart) {
  {
    const std::unique_ptr<RocksDbStore> store = Open();
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
    faults_.fail_appends = true;
    driver.PutNew(StartRow("push-2"));
    EXPECT_EQ(driver.Commit().code(), absl::StatusCode::kResourceExhausted);
  }
  faults_.fail_appends = false;
  const std::unique_ptr<RocksDbStore> store = Open();
  EXPECT_EQ(JournalDriver(*store).contents(), "commit=1 floor=0\n0 start push-1\n");
}

TEST_F(StoreFaultsTest, EveryCommitIsSyncedBeforeItReturns) {
  const std::unique_ptr<RocksDbStore> store = Open();
  JournalDriver driver(*store);
  ASSERT_TRUE(driver.Commit().ok());
  const int syncs = faults_.syncs;
  ASSERT_TRUE(driver.Commit().ok());
  EXPECT_EQ(faults_.syncs, syncs + 1);
}

TEST_F(StoreFaultsTest, WithoutFsyncTheWalIsSyncedBeforeGarbageGoes) {
  options_.fsync = false;
  const std::unique_ptr<RocksDbStore> store = Open();
  JournalDriver driver(*store);
  ASSERT_TRUE(driver.Commit().ok());
  const int syncs = faults_.syncs;
  driver.PutNew(StartRow("push-1"));
  ASSERT_TRUE(driver.Commit().ok());
  EXPECT_EQ(faults_.syncs, syncs + 1);
}

}  // namespace
}  // namespace oneway::journal
