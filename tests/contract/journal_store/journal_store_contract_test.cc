// SPDX-License-Identifier: Apache-2.0
// What every JournalStore must do.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "common/sync/mutex.h"
#include "tests/contract/journal_store/store_room.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {
namespace {

using std::chrono::seconds;

struct Implementation {
  const char* name;
  std::unique_ptr<StoreRoom> (*make_room)();
};

class JournalStoreContract : public testing::TestWithParam<Implementation> {
 protected:
  // What is restored from `folder`.
  std::string ContentsOf(const std::string& folder) {
    const std::unique_ptr<JournalStore> store = room_->Open(folder);
    const JournalDriver driver(*store);
    EXPECT_TRUE(driver.restored().ok()) << driver.restored();
    return driver.contents();
  }

  // Opens `folder`, makes `commits` commits and returns the last mark.
  Mark RunOnce(const std::string& folder, int commits) {
    const std::unique_ptr<JournalStore> store = room_->Open(folder);
    JournalDriver driver(*store);
    for (int i = 0; i < commits; ++i) {
      driver.PutNew(StartRow("push"));
      EXPECT_TRUE(driver.Commit().ok());
    }
    return store->Durable();
  }

  bool Contains(const std::string& folder, const Mark& mark) { return room_->Open(folder)->Contains(mark); }

  const std::unique_ptr<StoreRoom> room_ = GetParam().make_room();
};

TEST_P(JournalStoreContract, ANewFolderIsEmptyAndHasAckedNothing) {
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  EXPECT_EQ(store->Durable(), Mark{});
  EXPECT_TRUE(store->Contains(Mark{}));
  EXPECT_EQ(JournalDriver(*store).contents(), "commit=0 floor=0\n");
}

TEST_P(JournalStoreContract, EverythingOfACommitComesBackInOrder) {
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    driver.PutNew(EndRow("push-2"));
    driver.PutNew(MatchedRow("push-3", seconds(0), seconds(-4)));
    driver.PutNew(LateRow("push-4", seconds(0), seconds(700), seconds(900)));
    driver.PutLedger("total", "4");
    driver.PutLedger("delta", "1");
    ASSERT_TRUE(driver.Commit().ok());
    driver.DeleteLedger("delta");
    ASSERT_TRUE(driver.Commit().ok());
  }
  EXPECT_EQ(ContentsOf("data"),
            "commit=2 floor=0\n"
            "ledger total=4\n"
            "0 start push-1\n"
            "1 end push-2\n"
            "2 matched -4s\n"
            "3 late 11m40s\n");
}

TEST_P(JournalStoreContract, StateOfTheLastCommitComesBack) {
  JournalState written;
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    driver.MoveClock(seconds(5));
    ASSERT_TRUE(driver.Commit().ok());
    driver.MoveFloor(Sequence(4096));
    driver.MoveClock(seconds(9));
    ASSERT_TRUE(driver.Commit().ok());
    written = driver.state();
  }
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  const JournalDriver driver(*store);
  EXPECT_EQ(driver.state().commit, CommitNumber(2));
  EXPECT_EQ(driver.state().joiner_clock, kTestEpoch + seconds(9));
  EXPECT_EQ(driver.state().next_sequence, written.next_sequence);
  EXPECT_EQ(driver.state().floor, Sequence(4096));
}

TEST_P(JournalStoreContract, ADoneRowStandsInPlaceOfTheStartOfAnEarlierCommit) {
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    const Sequence start = driver.PutNew(StartRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
    driver.changes().Put(start, MatchedRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
  }
  EXPECT_EQ(ContentsOf("data"), "commit=2 floor=0\n0 matched 2s\n");
}

TEST_P(JournalStoreContract, ADeletedRowStaysAwayThoughItWasOverwrittenInTheSameCommit) {
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    const Sequence start = driver.PutNew(StartRow("push-1"));
    ASSERT_TRUE(driver.Commit().ok());
    driver.changes().Put(start, MatchedRow("push-1"));
    driver.changes().Delete(start);
    ASSERT_TRUE(driver.Commit().ok());
  }
  EXPECT_EQ(ContentsOf("data"), "commit=2 floor=0\n");
}

TEST_P(JournalStoreContract, RowsBelowTheFloorAreNotRestored) {
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    driver.PutNew(StartRow("push-1"));
    driver.PutNew(StartRow("push-2"));
    driver.PutNew(StartRow("push-3"));
    ASSERT_TRUE(driver.Commit().ok());
    driver.MoveFloor(Sequence(2));
    ASSERT_TRUE(driver.Commit().ok());
  }
  EXPECT_EQ(ContentsOf("data"), "commit=2 floor=2\n2 start push-3\n");
}

TEST_P(JournalStoreContract, ANewRunIsNamedOnlyAfterItsFirstCommit) {
  const Mark before = RunOnce("data", 2);
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  EXPECT_EQ(store->Durable(), before);
  JournalDriver driver(*store);
  EXPECT_EQ(store->Durable(), before);
  ASSERT_TRUE(driver.Commit().ok());
  EXPECT_NE(store->Durable().run, before.run);
  EXPECT_NE(store->Durable().run, RunId{});
  EXPECT_EQ(store->Durable().commit, CommitNumber(3));
}

TEST_P(JournalStoreContract, RunsAreCountedWithTheirFirstCommit) {
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    EXPECT_EQ(store->Figures().runs, 0u);
    ASSERT_TRUE(driver.Commit().ok());
    EXPECT_EQ(store->Figures().runs, 1u);
    ASSERT_TRUE(driver.Commit().ok());
    EXPECT_EQ(store->Figures().runs, 1u);
  }
  RunOnce("data", 0);  // never wrote anything
  RunOnce("data", 3);
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  EXPECT_EQ(store->Figures().runs, 2u) << "the present one has not committed yet";
  JournalDriver driver(*store);
  ASSERT_TRUE(driver.Commit().ok());
  EXPECT_EQ(store->Figures().runs, 3u);
}

TEST_P(JournalStoreContract, MarksOfEveryRunAreContainedUpToItsLastCommit) {
  const Mark first = RunOnce("data", 2);
  const Mark second = RunOnce("data", 3);
  EXPECT_TRUE(Contains("data", first));
  EXPECT_TRUE(Contains("data", second));
  EXPECT_TRUE(Contains("data", {second.run, CommitNumber(4)}));
  EXPECT_FALSE(Contains("data", {first.run, CommitNumber(3)}));
  EXPECT_FALSE(Contains("data", {second.run, CommitNumber(6)}));
  EXPECT_FALSE(Contains("data", {RunId(0xDEAD), CommitNumber(1)}));
}

TEST_P(JournalStoreContract, AnOlderCopyDoesNotContainWhatTheOriginalDidAfterwards) {
  RunOnce("data", 2);
  room_->Copy("data", "copy");
  const Mark original = RunOnce("data", 2);
  EXPECT_FALSE(Contains("copy", original));
}

TEST_P(JournalStoreContract, ACopyThatWentOnAloneDoesNotContainTheOriginalsCommits) {
  const Mark before = RunOnce("data", 2);
  room_->Copy("data", "copy");
  const Mark original = RunOnce("data", 2);
  const Mark alone = RunOnce("copy", 7);
  EXPECT_FALSE(Contains("copy", original));
  EXPECT_FALSE(Contains("data", alone));
  EXPECT_TRUE(Contains("copy", before));
}

TEST_P(JournalStoreContract, AVisitorsErrorEndsTheRestore) {
  RunOnce("data", 1);
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  RestoreVisitor visitor;
  visitor.on_state = [](const JournalState&) {};
  visitor.on_ledger_row = [](std::string_view, std::string_view) { return absl::OkStatus(); };
  visitor.on_rows = [](const RestoredRows&) { return absl::OutOfRangeError("no room"); };
  EXPECT_EQ(store->Restore(visitor), absl::OutOfRangeError("no room"));
}

TEST_P(JournalStoreContract, EveryRowComesOnceAlsoToSeveralThreadsAndNoSequenceIsLeftOut) {
  constexpr uint64_t kRows = 3'000;
  constexpr uint64_t kSequencesBetween = 1'000;  // so that all together are more than one thread reads at once
  JournalState written;
  std::set<Sequence> sequences;
  {
    const std::unique_ptr<JournalStore> store = room_->Open("data");
    JournalDriver driver(*store);
    driver.PutNew(StartRow("below the floor"));
    driver.MoveFloor(Sequence(1));
    for (uint64_t i = 0; i < kRows; ++i) {
      for (uint64_t skipped = 1; skipped < kSequencesBetween; ++skipped) driver.Take();
      sequences.insert(driver.PutNew(StartRow("push-1")));
    }
    ASSERT_TRUE(driver.Commit().ok());
    written = driver.state();
  }
  const std::unique_ptr<JournalStore> store = room_->Open("data");
  sync::Mutex mutex;
  std::set<Sequence> restored;
  uint64_t rows = 0;
  uint64_t read_through = 0;
  RestoreVisitor visitor;
  visitor.on_state = [](const JournalState&) {};
  visitor.on_ledger_row = [](std::string_view, std::string_view) { return absl::OkStatus(); };
  visitor.on_rows = [&](const RestoredRows& some) {
    const sync::MutexLock lock(mutex);
    rows += some.rows.size();
    read_through += some.sequences;
    for (const auto& [sequence, row] : some.rows) {
      restored.insert(sequence);
      EXPECT_EQ(row.key, "push-1");
    }
    return absl::OkStatus();
  };
  visitor.row_threads = 4;
  ASSERT_TRUE(store->Restore(visitor).ok());
  EXPECT_EQ(rows, kRows);
  EXPECT_EQ(restored, sequences);
  EXPECT_EQ(read_through, static_cast<uint64_t>(written.next_sequence) - static_cast<uint64_t>(written.floor));
}

INSTANTIATE_TEST_SUITE_P(Stores, JournalStoreContract,
                         testing::Values(Implementation{"RocksDb", &MakeRocksDbRoom},
                                         Implementation{"Memory", &MakeMemoryRoom}),
                         [](const testing::TestParamInfo<Implementation>& tested) { return tested.param.name; });

}  // namespace
}  // namespace oneway::journal
