// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/housekeeper.h"

#include <glog/logging.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "joiner/journal/row_codec.h"
#include "joiner/journal/state_codec.h"
#include "tests/support/journal/journal_rows.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

class HousekeeperTest : public testing::Test {
 protected:
  explicit HousekeeperTest(int level0_files = 1000) {
    RocksDbStore::Options options = SmallLevelOptions(folder_.path());
    options.level0_files = level0_files;
    // So large that only these tests flush and compact: a flush that is asked for while RocksDB begins one of its own
    // can wait for ever when several memtables are merged at a flush, and files cannot change level under a compaction.
    options.memtable_bytes = uint64_t{64} << 20;
    options.level0_bytes = uint64_t{1} << 30;
    auto database = Database::Open(folder_.path(), options);
    CHECK(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  void Put(uint64_t begin, uint64_t end, const Row& row) {
    for (uint64_t sequence = begin; sequence < end; ++sequence) {
      std::string value;
      EncodeRow(Sequence(sequence), row, value);
      Check(database_->db().Put({}, database_->journal(), SequenceKey(Sequence(sequence)), value));
    }
    Check(database_->db().Flush({}, database_->journal()));
  }

  // Moves all files to `level`.
  void CompactTo(int level) {
    rocksdb::CompactRangeOptions options;
    options.change_level = true;
    options.target_level = level;
    Check(database_->db().CompactRange(options, database_->journal(), nullptr, nullptr));
  }

  // Without merging them with the levels below.
  void MoveNewFilesToLevel1() {
    std::vector<rocksdb::LiveFileMetaData> files;
    database_->db().GetLiveFilesMetaData(&files);
    std::vector<std::string> names;
    for (const rocksdb::LiveFileMetaData& file : files) {
      if (file.level == 0 && file.column_family_name == "journal") names.push_back(file.name);
    }
    Check(database_->db().CompactFiles({}, database_->journal(), names, 1));
  }

  // The smallest sequence that is stored, and how many are.
  struct Stored {
    uint64_t first = 0;
    uint64_t rows = 0;
  };
  Stored Rows() {
    Stored stored;
    const std::unique_ptr<rocksdb::Iterator> row(database_->db().NewIterator({}, database_->journal()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (stored.rows++ == 0) stored.first = static_cast<uint64_t>(*ParseSequenceKey(row->key().ToStringView()));
    }
    return stored;
  }

  uint64_t Starts() {
    uint64_t starts = 0;
    const std::unique_ptr<rocksdb::Iterator> row(database_->db().NewIterator({}, database_->journal()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) starts += LooksDone(row->value().ToStringView()) ? 0 : 1;
    return starts;
  }

  static FilterView Floor(uint64_t floor) { return {Sequence(floor), kTestEpoch, nullptr}; }
  static void Check(const rocksdb::Status& status) { CHECK(status.ok()) << status.ToString(); }

  const test::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(HousekeeperTest, DropsWholeFilesBelowTheFloorAndNothingElse) {
  Put(0, 50'000, StartRow("a key of some length"));
  CompactTo(2);
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(30'000));
  const Stored stored = Rows();
  EXPECT_LE(stored.first, 30'000u);
  EXPECT_GT(stored.first, 20'000u) << "no file was dropped";
  EXPECT_EQ(stored.first + stored.rows, 50'000u);
}

TEST_F(HousekeeperTest, DropsTheOldestFilesOfLevel0) {
  for (uint64_t begin = 0; begin < 50'000; begin += 10'000) Put(begin, begin + 10'000, StartRow("a"));
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(29'999));
  EXPECT_EQ(Rows().first, 20'000u);
  housekeeper.Committed(Floor(30'000));
  EXPECT_EQ(Rows().first, 30'000u);
  EXPECT_EQ(Rows().rows, 20'000u);
}

// A younger file may hold what takes rows of an older one away.
TEST_F(HousekeeperTest, NoFileOfLevel0GoesBeforeAnOlderOne) {
  Put(1, 101, StartRow("a"));
  Put(1, 91, MatchedRow("a"));
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(91));
  EXPECT_EQ(Starts(), 10u);
  housekeeper.Committed(Floor(101));
  EXPECT_EQ(Rows().rows, 0u);
}

TEST_F(HousekeeperTest, NoFileOfLevel0GoesWhileLevelsBelowHoldOlderRows) {
  Put(1, 101, StartRow("a"));
  CompactTo(2);
  Put(1, 91, MatchedRow("a"));
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(91));
  EXPECT_EQ(Starts(), 10u);
}

class FileKeeperTest : public HousekeeperTest {
 protected:
  static constexpr int kLevel0Files = 3;
  FileKeeperTest() : HousekeeperTest(kLevel0Files) {}

  size_t Level0Files() {
    rocksdb::ColumnFamilyMetaData files;
    database_->db().GetColumnFamilyMetaData(database_->journal(), &files);
    return files.levels.front().files.size();
  }
};

// Loops end, or the test runs out of time.
TEST_F(FileKeeperTest, CompactsTooManyFilesAndDropsAgainOnceTheyAreGone) {
  FileKeeper keeper(*database_);
  for (uint64_t begin = 0; begin < 2000; begin += 1000) {
    Put(begin, begin + 1000, StartRow("a"));
    keeper.DropBelow(Sequence(0));
  }
  EXPECT_EQ(Level0Files(), 2u);
  Put(2000, 3000, StartRow("a"));
  keeper.DropBelow(Sequence(0));
  while (Level0Files() == kLevel0Files) std::this_thread::yield();
  EXPECT_EQ(Rows().rows, 3000u);

  Put(3000, 4000, StartRow("a"));
  while (Rows().first < 3000) keeper.DropBelow(Sequence(3500));
  EXPECT_EQ(Rows().rows, 1000u);
  while (Rows().rows > 0) keeper.DropBelow(Sequence(4000));
}

TEST_F(HousekeeperTest, CompactionsRemoveTheRowsBelowTheFloor) {
  Put(0, 1000, StartRow("a"));
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(300));
  CompactTo(2);
  EXPECT_EQ(Rows().first, 300u);
  EXPECT_EQ(Rows().rows, 700u);
  EXPECT_EQ(database_->filter().filtered_rows(), 300u);
}

// Why recovery must never look below the floor: dropping the files of the DONE rows brings their STARTs back.
TEST_F(HousekeeperTest, WhatDroppedFilesBringBackLiesBelowTheFloor) {
  Put(1, 101, StartRow("a"));
  CompactTo(2);
  Put(1, 91, MatchedRow("a"));
  MoveNewFilesToLevel1();
  ASSERT_EQ(Starts(), 10u);
  Housekeeper housekeeper(*database_, {});
  housekeeper.Committed(Floor(91));
  EXPECT_EQ(Starts(), 100u) << "no longer a trap: the floor may be less strict";
  const std::unique_ptr<rocksdb::Iterator> row(database_->db().NewIterator({}, database_->journal()));
  row->Seek(SequenceKey(Sequence(91)));
  EXPECT_EQ(ParseSequenceKey(row->key().ToStringView()), Sequence(91));
}

TEST_F(HousekeeperTest, WithAnIntervalItsOwnThreadDoesTheWork) {
  Put(0, 50'000, StartRow("a key of some length"));
  CompactTo(2);
  Housekeeper housekeeper(*database_, {.interval = std::chrono::milliseconds(1)});
  for (uint64_t floor = 10'000; floor <= 40'000; floor += 10'000) {
    housekeeper.Committed(Floor(floor));
    while (Rows().first + 10'000 < floor) std::this_thread::yield();  // ends, or the test runs out of time
  }
}

}  // namespace
}  // namespace oneway::journal
