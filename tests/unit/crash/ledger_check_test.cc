// SPDX-License-Identifier: Apache-2.0
//
// Concern: the oracle finds what is lost, doubled or in the wrong bucket, wherever it shows.
#include "tests/crash/oracle/ledger_check.h"

#include <gtest/gtest.h>

#include "common/observe/exposition.h"
#include "common/query/histogram_proto.h"
#include "common/query/merge_stats.h"

namespace oneway::test::crash {
namespace {

using histogram::Histogram;
using observe::Exposition;
using observe::MetricType;
using std::chrono::milliseconds;

// What a joiner counted of the flow kPairFlow.
struct Counted {
  uint64_t started = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t late = 0;
  uint64_t open = 0;
  uint64_t orphan = 0;
  uint64_t early_waiting = 0;
  Histogram latency;
  Histogram late_latency;
};

v1::LocalStatsReply StatsOf(const Counted& counted) {
  v1::LocalStatsReply reply;
  v1::LocalFlowStats& flow = *reply.add_flows();
  flow.set_flow(kPairFlow);
  flow.mutable_counters()->set_started(counted.started);
  flow.mutable_counters()->set_matched(counted.matched);
  flow.mutable_counters()->set_expired(counted.expired);
  flow.mutable_counters()->set_late(counted.late);
  flow.mutable_counters()->set_orphan(counted.orphan);
  flow.set_open(counted.open);
  flow.set_early_waiting(counted.early_waiting);
  *flow.mutable_latency() = query::ToProto(counted.latency);
  return reply;
}

MetricsPage PageOf(const Counted& counted) {
  Exposition page;
  const observe::Labels labels = {{"flow", kPairFlow}};
  const auto sample = [&](const char* name, uint64_t value) {
    page.Family(name, MetricType::kCounter, name);
    page.Sample(labels, value);
  };
  sample("oneway_started_total", counted.started);
  sample("oneway_matched_total", counted.matched);
  sample("oneway_expired_total", counted.expired);
  sample("oneway_late_total", counted.late);
  sample("oneway_orphan_total", counted.orphan);
  sample("oneway_open", counted.open);
  sample("oneway_early_waiting", counted.early_waiting);
  page.Family("oneway_latency_seconds", MetricType::kHistogram, "latency");
  page.Sample(labels, counted.latency);
  page.Family("oneway_late_latency_seconds", MetricType::kHistogram, "late");
  page.Sample(labels, counted.late_latency);
  return MetricsPage::Parse(page.Text());
}

// A cluster of two joiners, where four keys matched, one is open, one expired and got its end late, one has no start.
class LedgerCheckTest : public testing::Test {
 protected:
  LedgerCheckTest() {
    Tally& tally = tallies_[kPairFlow];
    for (const auto latency : {milliseconds(5), milliseconds(250), milliseconds(900), milliseconds(4000)}) {
      tally.Count({.state = v1::MATCHED, .latency = latency});
      joiners_[latency > milliseconds(500) ? 1 : 0].latency.Record(latency);
    }
    tally.Count({.state = v1::OPEN});
    tally.Count({.state = v1::LATE, .latency = milliseconds(7000)});
    tally.Count({.state = v1::EARLY});
    tally.starts_acked = 6;
    tally.starts_sent = 6;
    joiners_[0].started = 4;
    joiners_[0].matched = 2;
    joiners_[0].open = 1;
    joiners_[0].expired = 1;
    joiners_[0].late = 1;
    joiners_[0].late_latency.Record(milliseconds(7000));
    joiners_[1].started = 2;
    joiners_[1].matched = 2;
    joiners_[1].early_waiting = 1;
  }

  // Takes what the joiners counted for what all ways of asking answer.
  ClusterView View() const {
    ClusterView view;
    query::StatsMerger merger({}, FromUnixNanos(1));
    for (const Counted& counted : joiners_) {
      view.joiners.push_back(StatsOf(counted));
      view.pages.push_back(PageOf(counted));
      EXPECT_TRUE(merger.Add(view.joiners.back()).ok());
      v1::FlowBalance& total = *view.balance.mutable_total();
      total.set_started(total.started() + counted.started);
      total.set_matched(total.matched() + counted.matched);
      total.set_expired(total.expired() + counted.expired);
      total.set_open(total.open() + counted.open);
    }
    view.cluster = merger.Merged();
    return view;
  }

  Findings Check() const { return CheckLedger(tallies_, View()); }

  Tallies tallies_;
  Counted joiners_[2];
};

TEST_F(LedgerCheckTest, FindsNothingWhereEverythingIsRight) {
  const Findings findings = Check();
  EXPECT_TRUE(findings.none()) << testing::PrintToString(findings.sentences);
}

TEST_F(LedgerCheckTest, AnOrphanCountsAsOneThatWaited) {
  joiners_[1].early_waiting = 0;
  joiners_[1].orphan = 1;
  EXPECT_TRUE(Check().none());
}

TEST_F(LedgerCheckTest, FindsALostMatch) {
  joiners_[0].matched -= 1;
  joiners_[0].started -= 1;
  const Findings findings = Check();
  EXPECT_GT(findings.lost, 0u);
  EXPECT_EQ(findings.doubled, 0u);
}

TEST_F(LedgerCheckTest, FindsADoubledMatch) {
  joiners_[1].matched += 1;
  joiners_[1].latency.Record(milliseconds(900));
  const Findings findings = Check();
  EXPECT_GT(findings.doubled, 0u);
  EXPECT_EQ(findings.lost, 0u);
}

TEST_F(LedgerCheckTest, FindsAKeyThatOneJoinerLostAndAnotherDoubled) {
  // The sums of the started are right; where the latency went is not.
  joiners_[0].started -= 1;
  joiners_[1].started += 1;
  joiners_[1].latency.Record(milliseconds(900));
  EXPECT_GT(Check().unexplained, 0u);
}

TEST_F(LedgerCheckTest, FindsASampleInTheNextBucket) {
  Counted& joiner = joiners_[1];
  joiner.latency = Histogram();
  joiner.latency.Record(milliseconds(910));  // was 900
  joiner.latency.Record(milliseconds(4000));
  const Findings findings = Check();
  EXPECT_EQ(findings.lost, 0u);
  EXPECT_EQ(findings.doubled, 0u);
  EXPECT_GT(findings.unexplained, 0u);
}

TEST_F(LedgerCheckTest, FindsASampleThatIsOffByANanosecondOnABound) {
  joiners_[1].latency = Histogram();
  joiners_[1].latency.Record(milliseconds(900));
  joiners_[1].latency.Record(milliseconds(4000) + std::chrono::nanoseconds(1));
  EXPECT_GT(Check().unexplained, 0u);
}

TEST_F(LedgerCheckTest, FindsALateSampleThatOnlyTheMetricsShow) {
  joiners_[0].late_latency = Histogram();
  joiners_[0].late_latency.Record(milliseconds(9000));
  EXPECT_GT(Check().unexplained, 0u);
}

TEST_F(LedgerCheckTest, FindsMetricsThatDifferFromTheLedger) {
  ClusterView view = View();
  Counted other = joiners_[0];
  other.open = 0;
  view.pages[0] = PageOf(other);
  EXPECT_EQ(CheckLedger(tallies_, view).lost, 1u);
}

TEST_F(LedgerCheckTest, FindsABalanceThatDoesNotAddUp) {
  ClusterView view = View();
  view.balance.mutable_total()->set_unexplained(3);
  EXPECT_EQ(CheckLedger(tallies_, view).unexplained, 3u);
}

TEST_F(LedgerCheckTest, FindsAnAnswerThatLacksAJoiner) {
  ClusterView view = View();
  view.balance.add_missing()->set_joiner("joiner-1");
  EXPECT_EQ(CheckLedger(tallies_, view).unexplained, 1u);
}

TEST_F(LedgerCheckTest, FindsMoreStartsThanWereSentAndFewerThanWereAcked) {
  tallies_[kPairFlow].starts_sent = 5;
  tallies_[kPairFlow].starts_acked = 5;
  EXPECT_EQ(Check().doubled, 1u);
  tallies_[kPairFlow].starts_sent = 9;
  tallies_[kPairFlow].starts_acked = 8;
  EXPECT_EQ(Check().lost, 2u);
}

TEST_F(LedgerCheckTest, FindsAFlowThatNobodySent) {
  ClusterView view = View();
  view.joiners[0].add_flows()->set_flow("stranger");
  EXPECT_EQ(CheckLedger(tallies_, view).unexplained, 1u);
}

}  // namespace
}  // namespace oneway::test::crash
