// SPDX-License-Identifier: Apache-2.0
// The disk that loses power forgets what it may forget, and nothing else.
#include "tests/support/journal/power_file_system.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "tests/support/read_file.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

using Loss = VolatileDisk::Loss;

class PowerFileSystemTest : public testing::Test {
 protected:
  PowerFileSystemTest() {
    std::filesystem::create_directory(disk_);
    std::filesystem::create_directory(folder_.path() + "/attic");
    files_ = std::make_shared<PowerFileSystem>(folder_.path() + "/attic");
    env_ = rocksdb::NewCompositeEnv(files_);
  }

  std::unique_ptr<rocksdb::WritableFile> Create(const std::string& name) {
    std::unique_ptr<rocksdb::WritableFile> file;
    EXPECT_TRUE(env_->NewWritableFile(Path(name), &file, rocksdb::EnvOptions()).ok());
    return file;
  }
  // With its content synced, but not its name.
  void Write(const std::string& name, const std::string& content) {
    const auto file = Create(name);
    EXPECT_TRUE(file->Append(content).ok());
    EXPECT_TRUE(file->Sync().ok());
    EXPECT_TRUE(file->Close().ok());
  }
  void SyncFolder() {
    std::unique_ptr<rocksdb::Directory> directory;
    ASSERT_TRUE(env_->NewDirectory(disk_, &directory).ok());
    ASSERT_TRUE(directory->Fsync().ok());
  }
  void LosePower(Loss loss) {
    files_->CutPower();
    files_->RestorePower(loss, random_);
  }
  std::string Path(const std::string& name) const { return disk_ + "/" + name; }
  // "-": there is no such file.
  std::string Content(const std::string& name) const {
    return std::filesystem::exists(Path(name)) ? test::ReadFile(Path(name)) : "-";
  }

  const test::TemporaryFolder folder_;
  const std::string disk_ = folder_.path() + "/disk";
  std::shared_ptr<PowerFileSystem> files_;
  std::unique_ptr<rocksdb::Env> env_;
  std::mt19937_64 random_{7};
};

TEST_F(PowerFileSystemTest, SyncedContentUnderASyncedNameStays) {
  Write("a", "content");
  SyncFolder();
  LosePower(Loss::kUnsynced);
  EXPECT_EQ(Content("a"), "content");
}

TEST_F(PowerFileSystemTest, AFileGoesWithANameThatWasNotSynced) {
  Write("a", "content");
  LosePower(Loss::kUnsynced);
  EXPECT_EQ(Content("a"), "-");
}

TEST_F(PowerFileSystemTest, WhatWasAppendedSinceTheLastSyncGoes) {
  const auto file = Create("a");
  SyncFolder();
  ASSERT_TRUE(file->Append("synced").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->Append(", not synced").ok());
  LosePower(Loss::kUnsynced);
  EXPECT_EQ(Content("a"), "synced");
}

TEST_F(PowerFileSystemTest, WhatIsTornStandsBehindWhatWasSynced) {
  const std::string synced(5000, 's');
  const std::string rest(9000, 'r');
  std::set<std::string> seen;
  for (int i = 0; i < 40; ++i) {
    const auto file = Create("a");
    SyncFolder();
    ASSERT_TRUE(file->Append(synced).ok());
    ASSERT_TRUE(file->Sync().ok());
    ASSERT_TRUE(file->Append(rest).ok());
    LosePower(Loss::kSome);
    const std::string content = Content("a");
    ASSERT_TRUE(content.starts_with(synced));
    seen.insert(content);
  }
  EXPECT_GT(seen.size(), 20u) << "it always tears in the same way";
}

TEST_F(PowerFileSystemTest, ARenameThatWasNotSyncedDidNotHappen) {
  Write("a", "old");
  SyncFolder();
  Write("a.new", "new");
  ASSERT_TRUE(env_->RenameFile(Path("a.new"), Path("a")).ok());
  EXPECT_EQ(Content("a"), "new");
  LosePower(Loss::kUnsynced);
  EXPECT_EQ(Content("a"), "old");
  EXPECT_EQ(Content("a.new"), "-");
}

TEST_F(PowerFileSystemTest, ARemovedFileComesBackUntilItsFolderIsSynced) {
  Write("a", "a");
  Write("b", "b");
  SyncFolder();
  ASSERT_TRUE(env_->DeleteFile(Path("a")).ok());
  SyncFolder();
  ASSERT_TRUE(env_->DeleteFile(Path("b")).ok());
  LosePower(Loss::kUnsynced);
  EXPECT_EQ(Content("a"), "-");
  EXPECT_EQ(Content("b"), "b");
}

TEST_F(PowerFileSystemTest, AFolderGoesWithAllThatIsInItUnlessItsNameWasSynced) {
  ASSERT_TRUE(env_->CreateDir(Path("db")).ok());
  Write("db/a", "a");
  std::unique_ptr<rocksdb::Directory> directory;
  ASSERT_TRUE(env_->NewDirectory(Path("db"), &directory).ok());
  ASSERT_TRUE(directory->Fsync().ok());
  LosePower(Loss::kUnsynced);
  EXPECT_FALSE(std::filesystem::exists(Path("db")));
}

TEST_F(PowerFileSystemTest, AProcessThatDiesLosesNothing) {
  const auto file = Create("a");
  ASSERT_TRUE(file->Append("not synced").ok());
  LosePower(Loss::kNothing);
  EXPECT_EQ(Content("a"), "not synced");
}

TEST_F(PowerFileSystemTest, WithoutPowerNothingGoes) {
  const auto file = Create("a");
  files_->CutPower();
  EXPECT_FALSE(file->Append("x").ok());
  EXPECT_FALSE(file->Sync().ok());
  EXPECT_FALSE(env_->FileExists(Path("a")).ok());
  EXPECT_FALSE(env_->DeleteFile(Path("a")).ok());
}

TEST_F(PowerFileSystemTest, TheJudgeDecidesWhatFails) {
  files_->SetJudge([](const DiskOperation& operation) -> std::optional<DiskFault> {
    if (operation.kind != DiskOperation::Kind::kAppend || operation.file_class != FileClass::kWal) return std::nullopt;
    return DiskFault{.status = rocksdb::IOStatus::NoSpace("full"), .in_part = true};
  });
  const auto wal = Create("000001.log");
  EXPECT_TRUE(wal->Append("12345678").IsNoSpace());
  EXPECT_EQ(Content("000001.log"), "1234");
  EXPECT_TRUE(Create("000002.sst")->Append("x").ok());
}

TEST_F(PowerFileSystemTest, FreeSpaceIsWhatTheTestSays) {
  uint64_t bytes = 0;
  files_->SetFreeBytes(4711);
  ASSERT_TRUE(env_->GetFreeSpace(disk_, &bytes).ok());
  EXPECT_EQ(bytes, 4711u);
}

}  // namespace
}  // namespace oneway::journal
