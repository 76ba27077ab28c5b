// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/snapshot.h"

#include <gtest/gtest.h>

#include "cli/demo/observer.h"
#include "tests/unit/cli/demo/snapshots.h"

namespace oneway::cli::demo {
namespace {

TEST(DemoRatesTest, DifferencesByTheTimeBetween) {
  const Snapshot before = TwoFlows();
  Snapshot now = before;
  now.at += std::chrono::milliseconds(2'500);
  now.flows[0].started += 100;
  now.flows[0].matched += 50;
  EXPECT_EQ(RatesBetween(before, now),
            (std::vector<Rates>{{.started = 40, .matched = 20}, {.started = 0, .matched = 0}}));
}

TEST(DemoRatesTest, AFlowThatIsNewBeganAtNothing) {
  Snapshot now = TwoFlows();
  EXPECT_EQ(RatesBetween(Snapshot(), now),
            (std::vector<Rates>{{.started = 40.6, .matched = 35}, {.started = 0.25, .matched = 0}}));
}

TEST(DemoRatesTest, UnknownWhileAPartIsMissing) {
  const Snapshot whole = TwoFlows();
  Snapshot later = whole;
  later.at += std::chrono::seconds(1);
  Snapshot partial = later;
  partial.missing = {"joiner-1 cannot be reached"};
  EXPECT_TRUE(RatesBetween(whole, partial).empty());
  partial.at = whole.at;
  EXPECT_TRUE(RatesBetween(partial, later).empty());
  EXPECT_TRUE(RatesBetween(whole, whole).empty());
}

TEST(DemoSnapshotTest, IsMadeOfBothAnswers) {
  v1::StatsReply stats;
  v1::FlowStats& push = *stats.add_flows();
  push.set_flow("push");
  push.mutable_counters()->set_started(812);
  push.mutable_counters()->set_matched(700);
  push.mutable_counters()->set_expired(12);
  push.mutable_counters()->set_extra_end(3);
  push.set_open(100);
  push.set_samples(700);
  push.set_oldest_open_seconds(4.81);
  push.set_mean_seconds(0.75);
  push.set_p50_seconds(0.5);
  push.set_p95_seconds(1.24);
  push.set_p99_seconds(3.5);
  v1::FlowStats& task = *stats.add_flows();
  task.set_flow("task");
  task.mutable_counters()->set_started(5);
  task.set_open(5);
  task.set_oldest_open_seconds(1.2);
  v1::BalanceReply balance;
  balance.mutable_total()->set_started(817);
  balance.mutable_total()->set_matched(700);
  balance.mutable_total()->set_expired(12);
  balance.mutable_total()->set_open(105);
  v1::FlowBalance& unexplained = *balance.add_flows();
  unexplained.set_flow("task");
  unexplained.set_unexplained(2);
  for (const uint64_t incarnation : {1, 3}) balance.add_incarnations()->set_incarnation(incarnation);

  const Snapshot snapshot = SnapshotOf(std::chrono::seconds(20), stats, balance);
  Snapshot expected = TwoFlows();
  expected.flows[1].unexplained = 2;
  EXPECT_EQ(snapshot.at, expected.at);
  EXPECT_EQ(snapshot.flows, expected.flows);
  EXPECT_EQ(snapshot.balance, expected.balance);
  EXPECT_EQ(snapshot.restarts, 2u);
  EXPECT_TRUE(snapshot.complete());
}

TEST(DemoSnapshotTest, AgreesWhenTheFlowsAddUpToTheBalance) {
  Snapshot snapshot = TwoFlows();
  EXPECT_TRUE(snapshot.Agrees());
  ++snapshot.flows[0].matched;
  EXPECT_FALSE(snapshot.Agrees());
  ++snapshot.balance.matched;
  EXPECT_TRUE(snapshot.Agrees());
}

TEST(DemoSnapshotTest, EachJoinerThatIsAwayIsNamedOnce) {
  v1::StatsReply stats;
  v1::BalanceReply balance;
  for (auto* missing : {stats.add_missing(), balance.add_missing()}) {
    missing->set_joiner("joiner-1");
    missing->set_reason("cannot be reached (connection refused)");
  }
  balance.add_missing()->set_joiner("joiner-0");
  EXPECT_EQ(SnapshotOf({}, stats, balance).missing,
            (std::vector<std::string>{"joiner-0 ", "joiner-1 cannot be reached"}));
}

}  // namespace
}  // namespace oneway::cli::demo
