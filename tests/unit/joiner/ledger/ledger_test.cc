// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/joiner/ledger/stored_ledger.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

uint64_t StartedIn(const Figures& figures) {
  return figures.counters[static_cast<size_t>(Counter::kStarted)];
}
uint64_t MatchedIn(const Figures& figures) {
  return figures.counters[static_cast<size_t>(Counter::kMatched)];
}

// "samples[max]" of the two latency histograms.
std::string Samples(const Figures& figures) {
  const auto seconds = [](Duration duration) { return duration / 1s; };
  return absl::StrCat("latency ", figures.latency.count(), "[", seconds(figures.latency.max()), "s] cohort ",
                      figures.cohort.count(), "[", seconds(figures.cohort.max()), "s]");
}

class LedgerTest : public ::testing::Test {
 protected:
  template <typename Id>
  Figures Window(Id id, Duration from, Duration until) const {
    return stored_.ledger().WindowOf(id, kDayZero + from, kDayZero + until);
  }
  // How many rows of `kind` the last commit wrote, and how many it deleted.
  std::string Wrote(RowKind kind) const {
    int written = 0;
    int deleted = 0;
    for (const journal::LedgerRow& row : stored_.last_rows()) {
      if (row.key.front() == static_cast<char>(kind)) ++(row.value.has_value() ? written : deleted);
    }
    return absl::StrCat("+", written, " -", deleted);
  }

  StoredLedger stored_;
};

TEST_F(LedgerTest, TotalsAddUpOverShardsSeriesAndCommits) {
  stored_.Commit(0s, {Started(0s), Started(1s), Started(2s, kPushAndroid), Started(2s, kMailAll, kMail)});
  stored_.Commit(1s, {Started(70s), Matched(0s, 3s), Matched(1s, 80s)});
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), 4u);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPushIos)), 3u);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPushAndroid)), 1u);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kMail)), 1u);
  EXPECT_EQ(Samples(stored_.ledger().TotalOf(kPush)), "latency 2[80s] cohort 2[80s]");
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(flow::FlowId(99))), 0u);
  EXPECT_THAT(stored_.ledger().SeriesOf(kPush), ::testing::UnorderedElementsAre(kPushIos, kPushAndroid));
}

TEST_F(LedgerTest, NothingCountsBeforeItsCommitIsDurable) {
  stored_.Commit(0s, {Started(0s)}, StoredLedger::Crash::kBeforeDurable);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), 0u);
  stored_.Commit(0s, {Started(0s)}, StoredLedger::Crash::kBeforeApplied);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), 1u);
}

TEST_F(LedgerTest, AWindowIsTheMinutesThatBeginInIt) {
  stored_.Commit(0s, {Started(59s), Started(60s), Started(119s), Started(120s)});
  EXPECT_EQ(StartedIn(Window(kPush, 60s, 120s)), 2u);
  EXPECT_EQ(StartedIn(Window(kPush, 60s, 121s)), 3u);  // the minute at 120 s begins in it
  EXPECT_EQ(StartedIn(Window(kPush, 61s, 120s)), 0u);
  EXPECT_EQ(StartedIn(Window(kPush, 1s, 180s)), 3u);
  EXPECT_EQ(StartedIn(Window(kPushIos, 60s, 120s)), 2u);
  EXPECT_EQ(StartedIn(stored_.ledger().WindowOf(kPush, Time::min(), Time::max())), 4u);
}

TEST_F(LedgerTest, LatencyIsByEndAndCohortByStart) {
  stored_.Commit(0s, {Matched(50s, 20s), Matched(50s, 5s)});
  EXPECT_EQ(Samples(Window(kPush, 0s, 60s)), "latency 1[5s] cohort 2[20s]");
  EXPECT_EQ(Samples(Window(kPush, 60s, 120s)), "latency 1[20s] cohort 0[0s]");
  EXPECT_EQ(Samples(Window(kPush, 0s, 120s)), "latency 2[20s] cohort 2[20s]");
}

TEST_F(LedgerTest, SeriesMinutesBecomeHoursAfterTwoHours) {
  stored_.Commit(0s, {Started(10min), Started(50min), Matched(10min, 5min)});
  stored_.Commit(2h + 11min, {});
  // Minute 10 is gone: it counts for the hour that begins in the window, whatever the window's end.
  EXPECT_EQ(StartedIn(Window(kPushIos, 0min, 5min)), 1u);
  EXPECT_EQ(StartedIn(Window(kPushIos, 5min, 60min)), 1u);
  EXPECT_EQ(StartedIn(Window(kPushIos, 0min, 60min)), 2u);
  EXPECT_EQ(Samples(Window(kPushIos, 0min, 60min)), "latency 1[300s] cohort 1[300s]");
  // The flow still has its minutes.
  EXPECT_EQ(StartedIn(Window(kPush, 5min, 15min)), 1u);
}

TEST_F(LedgerTest, AnEventWhoseMinuteIsGoneCountsInItsHour) {
  stored_.Commit(5h, {});
  stored_.Commit(5h, {Started(10min)});
  EXPECT_EQ(StartedIn(Window(kPushIos, 0min, 1min)), 1u);
  EXPECT_EQ(StartedIn(Window(kPushIos, 10min, 11min)), 0u);
  EXPECT_EQ(StartedIn(Window(kPush, 10min, 11min)), 1u);
}

TEST_F(LedgerTest, AFlowsMinutesGoAfterADayAndTheHoursOfItsSeriesServe) {
  stored_.Commit(0s, {Started(10min), Started(50min, kPushAndroid), Started(90min), Started(10min, kMailAll, kMail)});
  stored_.Commit(24h + 59min, {});
  EXPECT_EQ(StartedIn(Window(kPush, 10min, 11min)), 1u) << "the hour is not over yet";
  stored_.Commit(25h, {});
  EXPECT_EQ(StartedIn(Window(kPush, 10min, 11min)), 0u);
  EXPECT_EQ(StartedIn(Window(kPush, 0min, 60min)), 2u);
  EXPECT_EQ(StartedIn(Window(kPush, 0min, 91min)), 3u) << "an hour and a minute";
  stored_.Commit(25h, {Started(59min)});
  EXPECT_EQ(StartedIn(Window(kPush, 0min, 60min)), 3u);
}

TEST_F(LedgerTest, HoursGoAfterThirtyFiveDaysAndTotalsNever) {
  stored_.Commit(0s, {Started(10min), Started(70min)});
  stored_.Commit(35 * 24h + 59min, {});
  EXPECT_EQ(StartedIn(Window(kPush, 0h, 2h)), 2u);
  stored_.Commit(35 * 24h + 60min, {Started(20min), Started(80min)});
  EXPECT_EQ(StartedIn(Window(kPush, 0h, 2h)), 2u);
  stored_.Commit(36 * 24h, {Started(20min)});
  EXPECT_EQ(StartedIn(Window(kPush, 0h, 2h)), 0u);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), 5u);
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPushIos)), 5u);
}

TEST_F(LedgerTest, ACommitWithoutCountsWritesNothing) {
  stored_.Commit(0s, {});
  EXPECT_TRUE(stored_.last_rows().empty());
}

TEST_F(LedgerTest, ACommitWritesOneRow) {
  stored_.Commit(0s, {Started(0s), Started(1s), Matched(0s, 90s), Started(1s, kMailAll, kMail)});
  EXPECT_EQ(stored_.last_rows().size(), 1u);
  EXPECT_EQ(Wrote(RowKind::kDelta), "+1 -0");
}

TEST_F(LedgerTest, AFoldReplacesExactlyTheDeltasBeforeItsCommit) {
  stored_.Commit(0s, {Started(0s)});
  stored_.Commit(1s, {});
  stored_.Commit(4s, {Started(1s), Started(70s)});
  EXPECT_EQ(Wrote(RowKind::kFlowTotal), "+0 -0");
  stored_.Commit(5s, {Started(2s)});
  EXPECT_EQ(Wrote(RowKind::kDelta), "+1 -2") << "one commit had no delta";
  EXPECT_EQ(Wrote(RowKind::kFlowTotal), "+1 -0");
  EXPECT_EQ(Wrote(RowKind::kSeriesTotal), "+1 -0");
  EXPECT_EQ(Wrote(RowKind::kFlowMinute), "+2 -0");
  EXPECT_EQ(Wrote(RowKind::kSeriesMinute), "+2 -0");
  EXPECT_TRUE(stored_.disk().contains(DeltaKey(journal::CommitNumber(4))));

  stored_.Restart();
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), 4u);
  EXPECT_EQ(StartedIn(Window(kPush, 0s, 60s)), 3u);
}

TEST_F(LedgerTest, AFoldWritesOnlyWhatChanged) {
  stored_.Commit(0s, {Started(0s), Started(0s, kMailAll, kMail)});
  stored_.Commit(5s, {Started(70s)});
  stored_.Commit(10s, {});
  EXPECT_EQ(Wrote(RowKind::kFlowMinute), "+1 -0");
  EXPECT_EQ(Wrote(RowKind::kFlowTotal), "+1 -0");
  EXPECT_EQ(Wrote(RowKind::kDelta), "+0 -1");
  stored_.Commit(15s, {});
  EXPECT_TRUE(stored_.last_rows().empty());
}

TEST_F(LedgerTest, CellsThatWentAreDeletedByTheFold) {
  stored_.Commit(0s, {Started(10min), Started(11min)});
  stored_.Commit(5s, {});
  EXPECT_EQ(stored_.RowsOf(RowKind::kSeriesMinute), 2u);
  stored_.Commit(3h, {});
  EXPECT_EQ(stored_.RowsOf(RowKind::kSeriesMinute), 0u);
  EXPECT_EQ(stored_.RowsOf(RowKind::kSeriesHour), 1u);
  EXPECT_EQ(stored_.RowsOf(RowKind::kFlowMinute), 2u);
  stored_.Commit(36 * 24h, {});
  EXPECT_EQ(stored_.RowsOf(RowKind::kSeriesHour), 0u);
  EXPECT_EQ(stored_.RowsOf(RowKind::kFlowMinute), 0u);
  EXPECT_EQ(stored_.RowsOf(RowKind::kSeriesTotal), 1u);
}

TEST_F(LedgerTest, ARestartKnowsWhatIsGone) {
  stored_.Commit(0s, {Started(10min)});
  stored_.Commit(25h, {});  // folds: the flow's minute is gone
  stored_.Restart();
  EXPECT_EQ(StartedIn(Window(kPush, 0min, 60min)), 1u);
  EXPECT_EQ(StartedIn(Window(kPush, 10min, 11min)), 0u);
}

TEST_F(LedgerTest, AStandingClockDoesNotLetDeltasPileUp) {
  size_t rows_max = 0;
  const auto commits = static_cast<int>(Ledger::kUnfoldedRowsMax) + 10;
  for (int i = 0; i < commits; ++i) {
    stored_.Commit(0s, {Started(0s)});
    if (i % 64 == 0 || i > commits - 20) rows_max = std::max(rows_max, stored_.RowsOf(RowKind::kDelta));
  }
  EXPECT_EQ(rows_max, Ledger::kUnfoldedRowsMax);
  EXPECT_EQ(stored_.RowsOf(RowKind::kDelta), 10u);
  stored_.Restart();
  EXPECT_EQ(StartedIn(stored_.ledger().TotalOf(kPush)), static_cast<uint64_t>(commits));
}

TEST_F(LedgerTest, MatchesOfAllKindsAreCountedApart) {
  Count early = Matched(0s, 1s);
  early.counter = Counter::kEarly;
  stored_.Commit(0s, {Matched(0s, 1s), early, Late(0s, 700s), Negative(3s, 2s)});
  const Figures total = stored_.ledger().TotalOf(kPush);
  EXPECT_EQ(MatchedIn(total), 1u);
  EXPECT_EQ(total.latency.count(), 1u);
  EXPECT_EQ(total.late.max(), 700s);
  EXPECT_EQ(total.negative.max(), 2s);
  EXPECT_EQ(Window(kPush, 11min, 12min).late.count(), 1u);
}

TEST_F(LedgerTest, EmptyOnesAreKeptOutOfTheLatenciesInEveryCellAndAfterARestart) {
  stored_.Commit(0s, {Matched(0s, 1s), Empty(0s, 3s), Empty(50s, 20s), Matched(30s, -1s), Negative(29s, 1s)});
  const auto expect_apart = [](const Figures& figures, uint64_t empty) {
    const auto count = [&](Counter counter) { return figures.counters[static_cast<size_t>(counter)]; };
    EXPECT_EQ(count(Counter::kEmpty), empty);
    EXPECT_EQ(figures.completion.count(), empty);
    EXPECT_EQ(figures.latency.count(), count(Counter::kMatched) - count(Counter::kNegative) - empty);
    EXPECT_EQ(figures.cohort.count(), figures.latency.count());
  };
  const auto expect_all_apart = [&] {
    expect_apart(stored_.ledger().TotalOf(kPush), 2);
    expect_apart(stored_.ledger().TotalOf(kPushIos), 2);
    expect_apart(Window(kPush, 0min, 1min), 1);
    expect_apart(Window(kPushIos, 1min, 2min), 1);
    expect_apart(Window(kPushIos, 0min, 60min), 2);
  };
  expect_all_apart();
  stored_.Restart();
  expect_all_apart();
  stored_.Commit(1h, {});  // folds
  stored_.Restart();
  expect_all_apart();
  EXPECT_EQ(stored_.ledger().TotalOf(kPush).completion.max(), 20s);
  stored_.Commit(26h, {});  // the minutes are gone, the hours of the series answer
  EXPECT_EQ(Window(kPush, 0min, 60min).completion.count(), 2u);
}

TEST(LedgerRestoreTest, RefusesRowsItDoesNotKnow) {
  Ledger ledger({});
  EXPECT_EQ(ledger.Restore("Z1234", "").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(ledger.Restore("", "").ok());
  EXPECT_FALSE(ledger.Restore("D123", "\1").ok());
  EXPECT_FALSE(ledger.Restore("T1234", "").ok());
  EXPECT_EQ(ledger.Restore("T1234", "\2").code(), absl::StatusCode::kFailedPrecondition) << "a newer version";
}

}  // namespace
}  // namespace oneway::ledger
