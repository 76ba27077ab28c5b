// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/delta.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/joiner/ledger/counts.h"
#include "tests/unit/joiner/ledger/seed.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

// "flow/series@minute: counter=n ... histogram=n", a line a cell; minutes since kDayZero.
std::string Rendered(const Delta& delta) {
  static const char* const kCounterNames[kCounters] = {
      "started",     "matched",   "expired",        "superseded", "orphan",         "late",  "late_arrival", "negative",
      "early",       "duplicate", "repeated_start", "reused_key", "extra_end",      "stale", "late_part",    "empty",
      "excess_part", "end",       "stage",          "late_stage", "cohort_expired", "good",  "valid"};
  static const char* const kHistogramNames[kSampleKinds] = {"within",     "by_end",    "by_start", "late", "negative",
                                                            "completion", "first_end", "last_end", "stage"};
  std::string text;
  for (const Delta::Cell& cell : delta.cells()) {
    const int64_t minute = int64_t{static_cast<uint32_t>(cell.minute)} - static_cast<uint32_t>(MinuteOf(kDayZero));
    absl::StrAppend(&text, static_cast<uint32_t>(cell.flow), "/", static_cast<uint32_t>(cell.series), "@", minute, ":");
    for (int i = 0; i < kCounters; ++i) {
      if (cell.tally.counters()[i] != 0) absl::StrAppend(&text, " ", kCounterNames[i], "=", cell.tally.counters()[i]);
    }
    for (int i = 0; i < kSampleKinds; ++i) {
      const histogram::Histogram* histogram = cell.tally.Find(SampleKind(i));
      if (histogram != nullptr) absl::StrAppend(&text, " ", kHistogramNames[i], "[", histogram->count(), "]");
    }
    text += "\n";
  }
  return text;
}

TEST(DeltaTest, AStageIsCountedAndMeasuredInItsMinuteAndGivesNoSampleWhereItIsNegative) {
  Delta delta;
  Count stage{.counter = Counter::kStage,
              .series = flow::SeriesId(7),
              .flow = flow::FlowId(3),
              .at = kDayZero + 70s,
              .latency = 65s,
              .started_at = kDayZero + 5s};
  delta.Add(stage);
  stage.latency = -1s;
  delta.Add(stage);
  EXPECT_EQ(Rendered(delta), "3/7@1: stage=2 stage[1]\n");
  Tally total;
  total.MergeIntoTotal(delta.cells()[0].tally);
  Figures figures;
  total.AddTo(figures);
  EXPECT_EQ(figures.stage.count(), 1u);
  EXPECT_TRUE(figures.latency.empty());
}

TEST(DeltaTest, AnExpiryIsCountedInTheMinuteOfItsDeadlineAndInThatOfItsStart) {
  Delta delta;
  delta.Add({.counter = Counter::kExpired,
             .series = flow::SeriesId(7),
             .flow = flow::FlowId(3),
             .at = kDayZero + 610s,
             .started_at = kDayZero + 10s});
  EXPECT_EQ(Rendered(delta), "3/7@0: cohort_expired=1\n3/7@10: expired=1\n");
}

TEST(DeltaTest, CountsBySeriesAndMinute) {
  Delta delta;
  delta.Add(Started(10s));
  delta.Add(Started(50s));
  delta.Add(Started(70s));
  delta.Add(Started(10s, kMailAll, kMail));
  delta.Add(Started(20s));
  EXPECT_EQ(Rendered(delta),
            "3/7@0: started=3\n"
            "3/7@1: started=1\n"
            "4/9@0: started=1\n");
}

TEST(DeltaTest, ASampleWithinOneMinuteIsKeptOnce) {
  Delta delta;
  delta.Add(Matched(10s, 20s));
  EXPECT_EQ(Rendered(delta), "3/7@0: matched=1 within[1]\n");
}

TEST(DeltaTest, ASampleAcrossMinutesCountsByEndAndForTheCohortOfItsStart) {
  Delta delta;
  delta.Add(Matched(50s, 20s));
  EXPECT_EQ(Rendered(delta),
            "3/7@1: matched=1 by_end[1]\n"
            "3/7@0: by_start[1]\n");
}

TEST(DeltaTest, NegLeavesTheLatencyHistogramAlone) {
  Delta delta;
  Count with_latency = Matched(50s, -20s);
  Count without_latency = with_latency;
  without_latency.latency = 0s;
  delta.Add(with_latency);
  delta.Add(without_latency);
  delta.Add(Negative(30s, 20s));
  EXPECT_EQ(Rendered(delta), "3/7@0: matched=2 negative=1 negative[1]\n");
}

TEST(DeltaTest, AMatchInNoTimeIsASampleOfZero) {
  Delta delta;
  delta.Add(Matched(50s, 0s));
  EXPECT_EQ(Rendered(delta), "3/7@0: matched=1 within[1]\n");
  EXPECT_EQ(delta.cells()[0].tally.Find(SampleKind::kWithin)->zero_count(), 1u);
}

TEST(DeltaTest, EmptyGoesToTheCompletionHistogramOfItsEndAlone) {
  Delta delta;
  delta.Add(Empty(50s, 20s));  // across minutes: no cohort either
  delta.Add(Empty(70s, 0s));
  EXPECT_EQ(Rendered(delta), "3/7@1: matched=2 empty=2 completion[2]\n");
  EXPECT_EQ(delta.cells()[0].tally.Find(SampleKind::kCompletion)->max(), 20s);
}

TEST(DeltaTest, EndsOfOneKeyAreSamplesAndItsMatchSaysFirstAndLast) {
  Delta delta;
  for (const Duration latency : {2s, 5s}) {
    Count end = Matched(50s, latency);
    end.counter = Counter::kEnd;
    delta.Add(end);
  }
  Count match = Matched(50s, 5s);
  match.of_ends = true;
  match.latency = 2s;
  match.last_latency = 5s;
  delta.Add(match);
  EXPECT_EQ(Rendered(delta), "3/7@0: matched=1 end=2 within[2] first_end[1] last_end[1]\n");
}

TEST(DeltaTest, AnEmptyOneThatIsNegativeGivesNoSample) {
  Delta delta;
  Count with_latency = Empty(50s, -20s);
  Count without_latency = with_latency;
  without_latency.latency = 0s;
  delta.Add(with_latency);
  delta.Add(without_latency);
  EXPECT_EQ(Rendered(delta), "3/7@0: matched=2 empty=2\n");
}

TEST(DeltaTest, ArrivalsAtAFanoutAreCounters) {
  Delta delta;
  for (const Counter counter : {Counter::kLatePart, Counter::kExcessPart}) {
    Count count = Started(10s);
    count.counter = counter;
    delta.Add(count);
  }
  EXPECT_EQ(Rendered(delta), "3/7@0: late_part=1 excess_part=1\n");
}

TEST(DeltaTest, LateGoesToTheLateHistogramOfItsEnd) {
  Delta delta;
  delta.Add(Late(10s, 90s));
  delta.Add(Late(10s, -5s));  // ended before it started: counted, but no sample
  EXPECT_EQ(Rendered(delta),
            "3/7@1: late=1 late[1]\n"
            "3/7@0: late=1\n");
}

TEST(DeltaTest, TimesBefore1970LieInTheFirstMinute) {
  Delta delta;
  Count count = Started(0s);
  count.at = Time(-5h);
  delta.Add(count);
  EXPECT_EQ(delta.cells()[0].minute, Minute(0));
}

TEST(DeltaTest, ClearForgetsEverything) {
  Delta delta;
  EXPECT_TRUE(delta.empty());
  delta.Add(Matched(10s, 20s));
  EXPECT_FALSE(delta.empty());
  delta.Clear();
  EXPECT_TRUE(delta.empty());
  EXPECT_EQ(Rendered(delta), "");

  // The place of the old cell goes to another series and shows nothing of what it held.
  delta.Add(Started(10s, kMailAll, kMail));
  delta.Add(Matched(10s, 3s));
  EXPECT_EQ(Rendered(delta),
            "4/9@0: started=1\n"
            "3/7@0: matched=1 within[1]\n");
  EXPECT_EQ(delta.cells()[1].tally.Find(SampleKind::kWithin)->max(), 3s);
}

TEST(DeltaTest, ManyCellsOverManyCommitsAreToldApart) {
  std::mt19937_64 random(PrintedSeed());
  Delta delta;
  for (int commit = 0; commit < 6; ++commit) {
    const uint64_t minutes = commit == 2 ? 20'000 : 50;  // one commit with events from all over the past
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> expected;
    for (int i = 0; i < 10'000; ++i) {
      const auto series = static_cast<uint32_t>(random() % 20);
      const auto minute = static_cast<uint32_t>(random() % minutes);
      ++expected[{series, minute + static_cast<uint32_t>(MinuteOf(kDayZero))}];
      delta.Add(Started(std::chrono::minutes(minute), flow::SeriesId(series), flow::FlowId(series / 5)));
    }
    ASSERT_EQ(delta.cells().size(), expected.size());
    for (const Delta::Cell& cell : delta.cells()) {
      const auto key = std::pair(static_cast<uint32_t>(cell.series), static_cast<uint32_t>(cell.minute));
      ASSERT_EQ(cell.tally.counters()[0], expected[key]);
      ASSERT_EQ(static_cast<uint32_t>(cell.flow), key.first / 5);
    }
    delta.Clear();
  }
}

}  // namespace
}  // namespace oneway::ledger
