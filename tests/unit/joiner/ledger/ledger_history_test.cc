// SPDX-License-Identifier: Apache-2.0
//
// Random histories with crashes against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/unit/joiner/ledger/reference_ledger.h"
#include "tests/unit/joiner/ledger/seed.h"
#include "tests/unit/joiner/ledger/stored_ledger.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

constexpr uint32_t kFlows = 3;
constexpr uint32_t kSeriesOfAFlow = 3;

class LedgerHistoryTest : public ::testing::TestWithParam<int> {
 protected:
  LedgerHistoryTest() : random_(PrintedSeed()) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  // Mostly small, at times as large as `bound`.
  Duration Skewed(Duration bound) {
    const double exponent = std::uniform_real_distribution<>(0, std::log2(static_cast<double>(bound.count())))(random_);
    return Duration(static_cast<int64_t>(std::exp2(exponent)));
  }

  Count AnyCount() {
    const auto flow = static_cast<uint32_t>(Below(kFlows));
    Count count{.counter = Counter(Below(kCounters)),
                .series = flow::SeriesId(flow * kSeriesOfAFlow + static_cast<uint32_t>(Below(kSeriesOfAFlow))),
                .flow = flow::FlowId(flow),
                .at = kDayZero + clock_ - Skewed(36 * 24h) + Duration(Below(1000)) * 600'000'000};
    const bool never_by_itself = count.counter == Counter::kEmpty || count.counter == Counter::kCohortExpired;
    if (never_by_itself || Below(2) == 0) count.counter = Counter::kMatched;
    count.empty = count.counter == Counter::kMatched && Below(4) == 0;
    count.of_ends = count.counter == Counter::kMatched && !count.empty && Below(4) == 0;
    const bool closes = count.counter == Counter::kMatched || count.counter == Counter::kExpired;
    if (closes) count.attainment = Attainment(Below(3));
    if (count.of_ends) count.last_latency = Skewed(3h);
    const bool has_latency = count.counter == Counter::kMatched || count.counter == Counter::kLate ||
                             count.counter == Counter::kEnd || count.counter == Counter::kStage;
    if (has_latency || count.counter == Counter::kNegative) count.latency = Skewed(3h);
    if (has_latency) count.started_at = count.at - count.latency;
    if (count.counter == Counter::kExpired) count.started_at = count.at - Skewed(3h);
    const bool may_be_negative = count.counter == Counter::kMatched || count.counter == Counter::kStage;
    if (may_be_negative && Below(10) == 0) {
      count.latency = -count.latency;
      count.started_at = count.at - count.latency;
    }
    return count;
  }

  void CommitSomething() {
    clock_ += Below(30) == 0 ? Skewed(5 * 24h) : Skewed(30s);
    std::vector<Count> counts(Below(4) == 0 ? 0 : Below(40));
    for (Count& count : counts) count = AnyCount();
    const uint64_t fate = Below(25);
    const StoredLedger::Crash crash = fate == 0   ? StoredLedger::Crash::kBeforeDurable
                                      : fate == 1 ? StoredLedger::Crash::kBeforeApplied
                                                  : StoredLedger::Crash::kNone;
    stored_.Commit(clock_, counts, crash);
    if (crash != StoredLedger::Crash::kBeforeDurable) reference_.Add(counts);
    if (crash != StoredLedger::Crash::kNone) {
      ExpectEqualTotals();
      stored_.Commit(clock_, {});  // windows are those of the clock, which only a commit tells
    }
    reference_.ClockIs(kDayZero + clock_);
  }

  void ExpectEqualTotals() {
    for (uint32_t flow = 0; flow < kFlows; ++flow) {
      ASSERT_EQ(stored_.ledger().TotalOf(flow::FlowId(flow)), reference_.TotalOf(flow::FlowId(flow)));
    }
    for (uint32_t series = 0; series < kFlows * kSeriesOfAFlow; ++series) {
      ASSERT_EQ(stored_.ledger().TotalOf(flow::SeriesId(series)), reference_.TotalOf(flow::SeriesId(series)));
    }
  }

  void ExpectEqualWindows() {
    const Time until = kDayZero + clock_ + 10min - Skewed(36 * 24h);
    const Time from = until - Skewed(36 * 24h);
    const auto flow = flow::FlowId(Below(kFlows));
    const auto series = flow::SeriesId(Below(kFlows * kSeriesOfAFlow));
    ASSERT_EQ(stored_.ledger().WindowOf(flow, from, until), reference_.WindowOf(flow, from, until));
    ASSERT_EQ(stored_.ledger().WindowOf(series, from, until), reference_.WindowOf(series, from, until));
    for (const auto& [id, figures] : stored_.ledger().SeriesWindowsOf(flow, from, until)) {
      ASSERT_EQ(figures, reference_.WindowOf(id, from, until));
    }
    for (const auto& [id, figures] : stored_.ledger().SeriesTotalsOf(flow)) {
      ASSERT_EQ(figures, reference_.TotalOf(id));
    }
  }

  std::mt19937_64 random_;
  Duration clock_ = 1s;
  StoredLedger stored_;
  ReferenceLedger reference_;
};

TEST_P(LedgerHistoryTest, IsExactWhateverCrashesAndHoweverOldTheEvents) {
  for (int commit = 0; commit < 300; ++commit) {
    ASSERT_NO_FATAL_FAILURE(CommitSomething());
    ASSERT_NO_FATAL_FAILURE(ExpectEqualWindows()) << "commit " << commit;
  }
  ASSERT_NO_FATAL_FAILURE(ExpectEqualTotals());
  stored_.Restart();
  ASSERT_NO_FATAL_FAILURE(ExpectEqualTotals());
}

INSTANTIATE_TEST_SUITE_P(Histories, LedgerHistoryTest, ::testing::Range(0, 8));

}  // namespace
}  // namespace oneway::ledger
