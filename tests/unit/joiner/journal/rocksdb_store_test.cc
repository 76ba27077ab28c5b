// SPDX-License-Identifier: Apache-2.0
// Opening a data folder: whose it is, what it must contain, and what happens when it does not.
#include "joiner/journal/rocksdb_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "joiner/journal/mark_file.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RocksDbStoreTest : public testing::Test {
 protected:
  std::unique_ptr<RocksDbStore> Open() {
    auto store = RocksDbStore::Open(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  absl::Status OpenStatus() { return RocksDbStore::Open(options_).status(); }

  // Opens, makes `commits` commits of one row and closes again.
  Mark RunOnce(int commits) {
    const std::unique_ptr<RocksDbStore> store = Open();
    JournalDriver driver(*store);
    for (int i = 0; i < commits; ++i) {
      driver.PutNew(StartRow("push"));
      EXPECT_TRUE(driver.Commit().ok());
    }
    return store->Durable();
  }

  uint64_t RestoredRows() {
    const std::unique_ptr<RocksDbStore> store = Open();
    return JournalDriver(*store).rows().size();
  }

  // The only WAL with something in it.
  fs::path Wal() const {
    fs::path wal;
    for (const fs::directory_entry& file : fs::directory_iterator(options_.folder + "/db")) {
      if (file.path().extension() == ".log" && file.file_size() > 0) wal = file.path();
    }
    return wal;
  }

  void FlipByte(const fs::path& path, uint64_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ 0x40));
  }

  const test::TemporaryFolder folder_;
  RocksDbStore::Options options_ = TestStoreOptions(folder_.path() + "/deep/data");
};

TEST_F(RocksDbStoreTest, ASecondStoreOnTheFolderIsRefused) {
  const std::unique_ptr<RocksDbStore> store = Open();
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("is in use by process"));
}

TEST_F(RocksDbStoreTest, AnotherJoinersFolderIsRefused) {
  RunOnce(1);
  options_.identity.joiner = "joiner-1";
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("joiner is \"joiner-0\" there and \"joiner-1\" here"));
}

TEST_F(RocksDbStoreTest, AnUnknownFormatIsRefusedBeforeTheDatabaseIsTouched) {
  RunOnce(1);
  std::ofstream(options_.folder + "/IDENTITY") << "format: 9\nwritten_by: oneway 5.0\n";
  fs::remove(options_.folder + "/db/CURRENT");
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("written by oneway 5.0"));
}

TEST_F(RocksDbStoreTest, AMarkThatIsContainedOpens) {
  const Mark mark = RunOnce(3);
  ASSERT_TRUE(MarkFile(options_.folder).Store(mark).ok());
  RunOnce(2);
  EXPECT_EQ(RestoredRows(), 5u);
}

TEST_F(RocksDbStoreTest, AnOlderCopyPutInPlaceIsRefused) {
  RunOnce(2);
  fs::copy(options_.folder + "/db", options_.folder + "/backup", fs::copy_options::recursive);
  ASSERT_TRUE(MarkFile(options_.folder).Store(RunOnce(2)).ok());
  fs::remove_all(options_.folder + "/db");
  fs::rename(options_.folder + "/backup", options_.folder + "/db");
  const absl::Status status = OpenStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--accept-loss"));
}

TEST_F(RocksDbStoreTest, ALostDatabaseIsRefused) {
  ASSERT_TRUE(MarkFile(options_.folder).path().ends_with("/MARK"));
  const Mark mark = RunOnce(2);
  ASSERT_TRUE(MarkFile(options_.folder).Store(mark).ok());
  fs::remove_all(options_.folder + "/db");
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksDbStoreTest, ADatabaseThatNamesAFileThatIsNotThereIsDamaged) {
  RunOnce(2);
  std::ofstream(options_.folder + "/db/CURRENT") << "MANIFEST-800005\n";
  const absl::Status status = OpenStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a file of it is missing"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("MANIFEST-800005"));
}

TEST_F(RocksDbStoreTest, AcceptedLossGoesOnUnderANewRunAndIsNotAskedForAgain) {
  RunOnce(2);
  fs::copy(options_.folder + "/db", options_.folder + "/backup", fs::copy_options::recursive);
  const Mark lost = RunOnce(2);
  ASSERT_TRUE(MarkFile(options_.folder).Store(lost).ok());
  fs::remove_all(options_.folder + "/db");
  fs::rename(options_.folder + "/backup", options_.folder + "/db");

  options_.accept_loss = true;
  const Mark after = RunOnce(5);
  EXPECT_NE(after.run, lost.run);
  options_.accept_loss = false;
  const std::unique_ptr<RocksDbStore> store = Open();
  EXPECT_TRUE(store->Contains(after));
  EXPECT_FALSE(store->Contains(lost));
}

TEST_F(RocksDbStoreTest, ADamagedMarkIsRefusedUntilTheLossIsAccepted) {
  RunOnce(1);
  std::ofstream(MarkFile(options_.folder).path()) << "oneway-mark 1 torn";
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("damaged"));
  options_.accept_loss = true;
  EXPECT_TRUE(OpenStatus().ok());
  options_.accept_loss = false;
  EXPECT_TRUE(OpenStatus().ok());
}

// An ordinary power cut: the end of the WAL, never acked, is torn.
TEST_F(RocksDbStoreTest, ATornLastCommitThatWasNotAckedIsDropped) {
  Mark acked;
  {
    const std::unique_ptr<RocksDbStore> store = Open();
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
    acked = store->Durable();
    driver.PutNew(StartRow("push-2"));
    ASSERT_TRUE(driver.Commit().ok());
  }
  ASSERT_TRUE(MarkFile(options_.folder).Store(acked).ok());
  fs::resize_file(Wal(), fs::file_size(Wal()) - 20);
  EXPECT_EQ(RestoredRows(), 1u);
}

TEST_F(RocksDbStoreTest, ATornLastCommitThatWasAckedIsNoticed) {
  ASSERT_TRUE(MarkFile(options_.folder).Store(RunOnce(2)).ok());
  fs::resize_file(Wal(), fs::file_size(Wal()) - 20);
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
}

// RocksDB opens without a word here, with everything behind the byte gone.
TEST_F(RocksDbStoreTest, ARottenByteInTheMiddleOfTheWalIsNoticed) {
  ASSERT_TRUE(MarkFile(options_.folder).Store(RunOnce(20)).ok());
  FlipByte(Wal(), fs::file_size(Wal()) / 2);
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
}

// The rows that it no longer needed may be gone, so going on at the commit before would miss them.
TEST_F(RocksDbStoreTest, ACommitWhoseGarbageWasRemovedIsMissedWithoutBeingAcked) {
  {
    const std::unique_ptr<RocksDbStore> store = Open();
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
    driver.MoveFloor(Sequence(1));
    ASSERT_TRUE(driver.Commit().ok());
  }
  fs::resize_file(Wal(), fs::file_size(Wal()) - 20);
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksDbStoreTest, TheLastMarkIsStoredWhenTheStoreIsClosed) {
  options_.housekeeping_interval = std::chrono::hours(1);
  const Mark mark = RunOnce(3);
  EXPECT_EQ(*MarkFile(options_.folder).Load(), mark);
}

TEST_F(RocksDbStoreTest, FiguresFollowTheCommits) {
  const std::unique_ptr<RocksDbStore> store = Open();
  JournalDriver driver(*store);
  driver.PutNew(StartRow("push"));
  ASSERT_TRUE(driver.Commit().ok());
  const StoreFigures figures = store->Figures();
  EXPECT_GT(figures.wal_bytes_written, 0u);
  EXPECT_GT(figures.last_write, Duration::zero());
  EXPECT_GT(figures.last_sync, Duration::zero());
  EXPECT_EQ(figures.filtered_rows, 0u);
}

TEST_F(RocksDbStoreTest, WithoutFsyncCommitsSurviveTheEndOfTheProcess) {
  options_.fsync = false;
  options_.housekeeping_interval = std::chrono::seconds(1);
  EXPECT_EQ(RunOnce(3).commit, CommitNumber(3));
  EXPECT_EQ(RestoredRows(), 3u);
}

}  // namespace
}  // namespace oneway::journal
