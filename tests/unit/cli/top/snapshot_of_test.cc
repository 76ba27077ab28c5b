// SPDX-License-Identifier: Apache-2.0
//
// Concern: what replies make of a snapshot, and rates of counts.
#include "cli/top/snapshot_of.h"

#include <gtest/gtest.h>

namespace oneway::cli::top {
namespace {

using std::chrono::seconds;

class SnapshotOfTest : public testing::Test {
 protected:
  SnapshotOfTest() {
    v1::FlowStats& push = *replies_.window.add_flows();
    push.set_flow("push");
    push.set_open(5);
    push.set_oldest_open_seconds(2.5);
    push.set_samples(10);
    push.set_p50_seconds(0.5);
    push.set_p99_seconds(1.5);
    push.set_max_seconds(2);
    push.set_started_per_second(0.25);
    push.set_matched_per_second(0.125);
    push.mutable_counters()->set_expired(3);
    v1::FlowStats& ever = *replies_.ever.add_flows();
    ever.set_flow("push");
    replies_.balance.set_joiners(2);
  }

  // Counts since ever, `after` so long.
  Snapshot At(seconds after, uint64_t started, uint64_t matched) {
    v1::FlowCounters& counters = *replies_.ever.mutable_flows(0)->mutable_counters();
    counters.set_started(started);
    counters.set_matched(matched);
    return SnapshotOf(replies_, Window::kMinute, Time(), MonotonicTime(after), meter_);
  }
  void Miss(const std::string& joiner, const std::string& reason,
            google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing) {
    v1::MissingJoiner& added = *missing.Add();
    added.set_joiner(joiner);
    added.set_reason(reason);
  }

  Replies replies_;
  RateMeter meter_;
};

TEST_F(SnapshotOfTest, FiguresOfTheWindow) {
  const Snapshot snapshot = At(seconds(10), 100, 90);
  ASSERT_EQ(snapshot.flows.size(), 1u);
  EXPECT_EQ(snapshot.flows[0], (Flow{.name = "push",
                                     .started_per_second = 0.25,
                                     .matched_per_second = 0.125,
                                     .open = 5,
                                     .oldest_seconds = 2.5,
                                     .samples = 10,
                                     .p50_seconds = 0.5,
                                     .p99_seconds = 1.5,
                                     .max_seconds = 2,
                                     .expired = 3}));
  EXPECT_TRUE(snapshot.missing.empty());
  EXPECT_EQ(snapshot.joiners, 2u);
  EXPECT_EQ(snapshot.unexplained, 0u);
}

TEST_F(SnapshotOfTest, RatesAreThoseSinceTheLookBefore) {
  At(seconds(10), 100, 90);
  const Snapshot snapshot = At(seconds(14), 108, 91);
  EXPECT_EQ(snapshot.flows[0].started_per_second, 2);
  EXPECT_EQ(snapshot.flows[0].matched_per_second, 0.25);
}

TEST_F(SnapshotOfTest, RatesDoNotGoAcrossAGap) {
  At(seconds(10), 100, 90);
  Miss("joiner-1", "is away", *replies_.ever.mutable_missing());
  EXPECT_EQ(At(seconds(11), 50, 45).flows[0].started_per_second, std::nullopt);
  replies_.ever.clear_missing();
  EXPECT_EQ(At(seconds(12), 110, 90).flows[0].started_per_second, std::nullopt);
  EXPECT_EQ(At(seconds(13), 111, 90).flows[0].started_per_second, 1);
}

TEST_F(SnapshotOfTest, CountsThatGoBackAreNoRate) {
  At(seconds(10), 100, 90);
  EXPECT_EQ(At(seconds(11), 10, 90).flows[0].started_per_second, 0);
}

TEST_F(SnapshotOfTest, AFlowThatWasNotThereBeforeBeganAtNothing) {
  At(seconds(10), 100, 90);
  replies_.window.mutable_flows(0)->set_flow("task");
  replies_.ever.mutable_flows(0)->set_flow("task");
  EXPECT_EQ(At(seconds(12), 6, 4).flows[0].started_per_second, 3);
}

TEST_F(SnapshotOfTest, TheBacklogOfAnotherFlowHidesNoOverdueKeys) {
  replies_.overdue.add_keys()->set_flow("task");
  replies_.overdue.set_count(1'000'002);
  for (const auto& [name, count] : {std::pair("push", 2), {"task", 1'000'000}}) {
    v1::FlowOverdue& flow = *replies_.overdue.add_flows();
    flow.set_flow(name);
    flow.set_count(static_cast<uint64_t>(count));
  }
  EXPECT_EQ(At(seconds(1), 0, 0).flows[0].overdue, 2u);
}

TEST_F(SnapshotOfTest, AJoinerThatDidNotTellItsBalanceIsMissing) {
  Miss("joiner-1", "did not answer in time", *replies_.balance.mutable_missing());
  replies_.balance.set_joiners(1);
  EXPECT_EQ(At(seconds(1), 0, 0).missing,
            (std::vector<Missing>{{.joiner = "joiner-1", .reason = "did not answer in time"}}));
}

TEST_F(SnapshotOfTest, AJoinerIsMissingOnceWhicheverQuestionItDidNotAnswer) {
  Miss("joiner-1", "cannot be reached (code 14)", *replies_.window.mutable_missing());
  Miss("joiner-1", "did not answer in time", *replies_.overdue.mutable_missing());
  Miss("joiner-0", "recovers", *replies_.ever.mutable_missing());
  Miss("joiner-1", "cannot be reached", *replies_.balance.mutable_missing());
  replies_.balance.set_joiners(1);
  const Snapshot snapshot = At(seconds(1), 0, 0);
  EXPECT_EQ(snapshot.missing, (std::vector<Missing>{{.joiner = "joiner-0", .reason = "recovers"},
                                                    {.joiner = "joiner-1", .reason = "cannot be reached"}}));
  EXPECT_EQ(snapshot.joiners, 2u);
}

}  // namespace
}  // namespace oneway::cli::top
