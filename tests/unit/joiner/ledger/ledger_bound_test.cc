// SPDX-License-Identifier: Apache-2.0
//
// What goes when the ledger's memory is full.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "tests/unit/joiner/ledger/reference_ledger.h"
#include "tests/unit/joiner/ledger/seed.h"
#include "tests/unit/joiner/ledger/stored_ledger.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

uint64_t StartedIn(const Figures& figures) {
  return figures.counters[static_cast<size_t>(Counter::kStarted)];
}

template <typename Id>
uint64_t StartedAtMinute(const StoredLedger& stored, Id id, int minute) {
  const Time begin = kDayZero + std::chrono::minutes(minute);
  return StartedIn(stored.ledger().WindowOf(id, begin, begin + 1min));
}

// One start of one series a minute, and a commit that folds them.
void CommitMinutes(StoredLedger& stored, int minutes) {
  for (int minute = 0; minute < minutes; ++minute) {
    stored.Commit(std::chrono::minutes(minute), {Started(std::chrono::minutes(minute))});
  }
  stored.Commit(std::chrono::minutes(minutes), {});
}

uint64_t BytesAfterMinutes(int minutes) {
  StoredLedger stored;
  CommitMinutes(stored, minutes);
  return stored.ledger().memory_bytes();
}

TEST(LedgerBoundTest, TheOldestSeriesCellsGoFirst) {
  // Enough for two totals and 151 cells: 100 minutes leave 100 cells to the flow and 51 to the series.
  const uint64_t bytes_max = (BytesAfterMinutes(51) + BytesAfterMinutes(100)) / 2;
  StoredLedger stored({.bytes_max = bytes_max});
  CommitMinutes(stored, 100);
  EXPECT_LE(stored.ledger().memory_bytes(), bytes_max);
  for (int minute = 0; minute < 100; ++minute) {
    EXPECT_EQ(StartedAtMinute(stored, kPush, minute), 1u) << minute;
    EXPECT_EQ(StartedAtMinute(stored, kPushIos, minute), minute < 49 ? 0u : 1u) << minute;
  }
  EXPECT_EQ(StartedIn(stored.ledger().TotalOf(kPushIos)), 100u);
}

TEST(LedgerBoundTest, AnHourThatLostAMinuteIsGoneAsAWhole) {
  StoredLedger stored({.bytes_max = (BytesAfterMinutes(51) + BytesAfterMinutes(100)) / 2});
  CommitMinutes(stored, 100);
  ASSERT_EQ(StartedAtMinute(stored, kPushIos, 50), 1u);
  stored.Commit(3h, {});  // the minutes from 49 to 59, all that is left of their hour, are too old now
  EXPECT_EQ(StartedAtMinute(stored, kPushIos, 50), 0u);
  EXPECT_EQ(StartedAtMinute(stored, kPushIos, 0), 0u);
  EXPECT_EQ(StartedAtMinute(stored, kPushIos, 60), 1u);
}

TEST(LedgerBoundTest, ThenTheOldestFlowCellsGo) {
  const uint64_t bytes_max = BytesAfterMinutes(20);
  StoredLedger stored({.bytes_max = bytes_max});
  CommitMinutes(stored, 100);
  EXPECT_LE(stored.ledger().memory_bytes(), bytes_max);
  for (int minute = 0; minute < 100; ++minute) {
    EXPECT_EQ(StartedAtMinute(stored, kPush, minute), minute < 60 ? 0u : 1u) << minute;
    EXPECT_EQ(StartedAtMinute(stored, kPushIos, minute), 0u) << minute;
  }
  EXPECT_EQ(StartedIn(stored.ledger().TotalOf(kPush)), 100u);
  EXPECT_EQ(StartedIn(stored.ledger().TotalOf(kPushIos)), 100u);
}

TEST(LedgerBoundTest, ACellThatWentDoesNotComeBackWithAPartOfItsCounts) {
  StoredLedger stored({.bytes_max = BytesAfterMinutes(20)});
  CommitMinutes(stored, 100);
  for (int folds = 0; folds < 2; ++folds) {
    stored.Commit(std::chrono::minutes(101 + folds), {Started(5min)});
    EXPECT_EQ(StartedAtMinute(stored, kPush, 5), 0u);
    EXPECT_EQ(StartedAtMinute(stored, kPushIos, 5), 0u);
    EXPECT_EQ(StartedAtMinute(stored, kPushIos, 0), 0u) << "nor does its hour";
  }
  EXPECT_EQ(StartedIn(stored.ledger().TotalOf(kPush)), 102u);

  stored.Restart();
  stored.Commit(103min, {Started(5min)});
  EXPECT_EQ(StartedAtMinute(stored, kPush, 5), 0u);
  EXPECT_EQ(StartedIn(stored.ledger().TotalOf(kPush)), 103u);
}

TEST(LedgerBoundTest, AFoldDeletesWhatWasEvicted) {
  StoredLedger stored({.bytes_max = BytesAfterMinutes(20)});
  CommitMinutes(stored, 100);
  EXPECT_EQ(stored.RowsOf(RowKind::kSeriesMinute), 0u);
  EXPECT_EQ(stored.RowsOf(RowKind::kFlowMinute), 40u);
  EXPECT_EQ(stored.RowsOf(RowKind::kFlowTotal), 1u);
}

TEST(LedgerBoundTest, TotalsStayExactInALedgerWithoutRoomForAnyCell) {
  std::mt19937_64 random(PrintedSeed());
  StoredLedger stored({.bytes_max = 1});
  ReferenceLedger reference;
  for (int commit = 0; commit < 200; ++commit) {
    std::vector<Count> counts;
    for (uint64_t i = random() % 20; i > 0; --i) {
      counts.push_back(Matched(Duration(random() % 86'400'000'000'000), Duration(random() % 100'000'000'000)));
    }
    reference.Add(counts);
    stored.Commit(std::chrono::seconds(commit), counts);
    if (random() % 20 == 0) stored.Restart();
  }
  EXPECT_EQ(stored.ledger().TotalOf(kPush), reference.TotalOf(kPush));
  EXPECT_EQ(stored.ledger().TotalOf(kPushIos), reference.TotalOf(kPushIos));
  EXPECT_EQ(stored.RowsOf(RowKind::kFlowMinute) + stored.RowsOf(RowKind::kSeriesMinute), 0u);
}

}  // namespace
}  // namespace oneway::ledger
