// SPDX-License-Identifier: Apache-2.0
// What a rotten bit does to a data folder, wherever it is: opening is refused or ends the process, or the mark that was
// acked is missing, or everything is there. Never is anything missing without a word.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/process/child_process.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/table.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"
#include "tests/support/journal/power_file_system.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/read_file.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

// Long keys: a table then has several blocks, and its index entries of their full form.
constexpr int kRows = 450;
constexpr int kRowsACommit = 60;
constexpr size_t kKeyBytes = 250;
// Every how many bytes a bit is flipped: behind the rows, where a table says how it is to be read, and among them.
constexpr uint64_t kTailBytes = 2048;
constexpr uint64_t kStrideInTail = 23;
constexpr uint64_t kStride = 1201;

class RottenBitsTest : public testing::Test {
 protected:
  // Two runs: what the first wrote, the start of the second flushes to a table, which then becomes several of a sorted
  // level; its own rows are in the WAL.
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() + "/attic");
    RocksDbStore::Options options = TestStoreOptions(sound_);
    options.env = env_.get();
    for (int run = 0; run < 2; ++run) {
      if (run == 1) SortIntoLevels();
      auto store = RocksDbStore::Open(options);
      ASSERT_TRUE(store.ok()) << store.status();
      JournalDriver driver(**store);
      for (int i = 0; i < kRows; ++i) {
        std::string key = "push-" + std::to_string(kRows * run + i);
        key.resize(kKeyBytes, '-');
        driver.PutNew(StartRow(key));
        if (i % kRowsACommit != 0) continue;
        driver.PutLedger("total", std::to_string(i));
        ASSERT_TRUE(driver.Commit().ok());
      }
      ASSERT_TRUE(driver.Commit().ok());
      acked_ = (*store)->Durable();
    }
    ASSERT_GT(Tables(), 2u);
    std::filesystem::copy(sound_, rotten_, std::filesystem::copy_options::recursive);
    contents_ = Contents(rotten_).value_or("");
    ASSERT_NE(contents_, "");
  }

  // The database alone, with tables of one block each.
  template <typename Use>
  void WithDatabase(Use use) {
    rocksdb::ColumnFamilyOptions family;
    family.target_file_size_base = 16 << 10;
    family.compression = rocksdb::kNoCompression;
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 64 << 10;
    table.checksum = rocksdb::kXXH3;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
        {rocksdb::kDefaultColumnFamilyName, {}}, {"journal", family}, {"ledger", {}}};
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(), sound_ + "/db", families, &handles, &db).ok());
    use(*db, handles[1]);
    for (rocksdb::ColumnFamilyHandle* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    ASSERT_TRUE(db->Close().ok());
    delete db;
  }
  void SortIntoLevels() {
    WithDatabase([](rocksdb::DB& db, rocksdb::ColumnFamilyHandle* journal) {
      rocksdb::CompactRangeOptions options;
      options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
      ASSERT_TRUE(db.CompactRange(options, journal, nullptr, nullptr).ok());
    });
  }
  uint64_t Tables() {
    uint64_t tables = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(sound_)) {
      tables += ClassOf(entry.path().string()) == FileClass::kTable;
    }
    return tables;
  }

  // None: refused, or it can be told that acked commits are missing, or RocksDB ended the process: Debian's has its
  // assertions on, and fields that it reads before it has seen their checksum meet one.
  std::optional<std::string> Contents(const std::string& folder) {
    const std::string file = folder + ".contents";
    const std::string log = folder + ".log";
    const auto program =
        process::ChildProcess::Start({.command = {ONEWAY_FOLDER_CONTENTS_BINARY, folder, folder_.path() + "/attic",
                                                  std::to_string(static_cast<uint64_t>(acked_.run)),
                                                  std::to_string(static_cast<uint64_t>(acked_.commit)), file},
                                      .log_path = log});
    if (!program.ok()) {
      ADD_FAILURE() << program.status();
      return std::nullopt;
    }
    const std::optional<int> code = (*program)->Wait(std::chrono::minutes(1));
    if (code == 0) return test::ReadFile(file);
    const bool has_asserted = code == -SIGABRT && absl::StrContains(test::ReadFile(log), "Assertion");
    EXPECT_TRUE(code == 1 || has_asserted) << code.value_or(0) << "\n" << test::ReadFile(log);
    return std::nullopt;
  }

  // Flips bits of the files of that kind, one at a time.
  void FlipBits(FileClass file_class) {
    const uint64_t seed = std::random_device{}();
    std::cout << "seed " << seed << std::endl;
    std::mt19937_64 random(seed);
    uint64_t flipped = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(sound_)) {
      const std::string path = entry.path().string();
      if (!entry.is_regular_file() || ClassOf(path) != file_class) continue;
      const uint64_t bytes = entry.file_size();
      const uint64_t tail = bytes - std::min(bytes, kTailBytes);
      for (uint64_t at = random() % kStrideInTail; at < bytes; at += at < tail ? kStride : kStrideInTail, ++flipped) {
        const int bit = static_cast<int>(random() % 8);
        const std::optional<std::string> contents = ContentsWithFlipped(path, at, bit);
        EXPECT_TRUE(!contents.has_value() || *contents == contents_)
            << "bit " << bit << " of byte " << at << " of " << path << ", of " << bytes;
      }
    }
    EXPECT_GT(flipped, 10u) << "there is no such file";
  }

  std::optional<std::string> ContentsWithFlipped(const std::string& path, uint64_t at, int bit) {
    // A folder of its own for each: the file system remembers what it saw under a path.
    rotten_ = folder_.path() + "/rotten-" + std::to_string(++copies_);
    std::filesystem::copy(sound_, rotten_, std::filesystem::copy_options::recursive);
    const std::string copy = rotten_ + path.substr(sound_.size());
    std::fstream file(copy, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ (1 << bit)));
    file.close();
    std::optional<std::string> contents = Contents(rotten_);
    for (const char* suffix : {"", ".contents", ".log"}) std::filesystem::remove_all(rotten_ + suffix);
    return contents;
  }

  const test::TemporaryFolder folder_;
  const std::string sound_ = folder_.path() + "/sound";
  std::string rotten_ = folder_.path() + "/rotten";
  uint64_t copies_ = 0;
  // A disk that syncs at once.
  const std::unique_ptr<rocksdb::Env> env_ =
      rocksdb::NewCompositeEnv(std::make_shared<PowerFileSystem>(folder_.path() + "/attic"));
  Mark acked_;
  std::string contents_;
};

TEST_F(RottenBitsTest, InATable) {
  FlipBits(FileClass::kTable);
}

TEST_F(RottenBitsTest, InTheWal) {
  FlipBits(FileClass::kWal);
}

}  // namespace
}  // namespace oneway::journal
