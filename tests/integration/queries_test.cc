// SPDX-License-Identifier: Apache-2.0
//
// Concern: every question is answered by any node for the whole cluster; a joiner that stands still is named by each of
// them, the answer holds the rest, and it comes back by itself. A tail shows every decision of a small load.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/client.h"
#include "common/rpc/channel.h"
#include "tests/support/process/cluster.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;
namespace v1 = oneway::v1;

constexpr int kFlows = 200;
constexpr char kFlow[] = "push";
// For a slow machine.
constexpr auto kWaitMax = 60s;

// What the joiners that a reply lacks are, for each query by name.
using MissingByQuery = std::map<std::string, std::vector<std::string>>;

template <typename Reply>
std::vector<std::string> MissingOf(const Reply& reply) {
  std::vector<std::string> names;
  for (const v1::MissingJoiner& missing : reply.missing()) names.push_back(missing.joiner());
  return names;
}

class QueriesTest : public testing::Test {
 protected:
  QueriesTest()
      : cluster_(
            {.partitioners = 1, .joiners = 3, .flows = "flows:\n  - name: push\n    ttl: 20m\n    labels: [os]\n"}) {
    cluster_.Start();
    nodes_.push_back(cluster_.QueryStub(0));
    nodes_.push_back(v1::Query::NewStub(rpc::ChannelTo(cluster_.joiner_address(0))));
  }

  // Starts kFlows keys and ends all but a tenth; returns once all is durable.
  void SendFlows(const std::string& prefix) {
    auto client = client::Client::Create({.targets = cluster_.partitioner_addresses()});
    const auto now = std::chrono::system_clock::now();
    const client::Label os[] = {{"os", "ios"}};
    for (int i = 0; i < kFlows; ++i) {
      const std::string key = prefix + std::to_string(i);
      const auto start = now - 30s - i * 10ms;
      ASSERT_EQ(client->Start(kFlow, key, {.time = start, .labels = os}), client::Outcome::kQueued);
      if (i % 10 == 0) continue;
      ASSERT_EQ(client->End(kFlow, key, {.time = start + 1s + i * 1ms}), client::Outcome::kQueued);
    }
    const client::Counters counters = client->Shutdown(kWaitMax);
    ASSERT_EQ(counters.acked, counters.accepted);
  }

  template <typename Request, typename Reply>
  static Reply Ask(v1::Query::Stub& node,
                   grpc::Status (v1::Query::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                   const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kWaitMax);
    Reply reply;
    const grpc::Status status = (node.*method)(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }

  static v1::StatsRequest StatsOf(v1::WindowBy by) {
    v1::StatsRequest request;
    request.set_flow(kFlow);
    request.set_window_seconds(600);
    request.set_by(by);
    request.set_with_series(true);
    request.set_with_open_ages(true);
    return request;
  }
  static v1::TimelineRequest TimelineOf() {
    v1::TimelineRequest request;
    request.set_flow(kFlow);
    request.set_window_seconds(600);
    return request;
  }
  static v1::OverdueRequest OverdueOf() {
    v1::OverdueRequest request;
    request.set_min_age_seconds(10);
    return request;
  }

  static MissingByQuery AskAll(v1::Query::Stub& node) {
    MissingByQuery missing;
    missing["stats"] = MissingOf(Ask(node, &v1::Query::Stub::Stats, StatsOf(v1::BY_END)));
    missing["cohort"] = MissingOf(Ask(node, &v1::Query::Stub::Stats, StatsOf(v1::BY_START)));
    missing["timeline"] = MissingOf(Ask(node, &v1::Query::Stub::Timeline, TimelineOf()));
    missing["overdue"] = MissingOf(Ask(node, &v1::Query::Stub::Overdue, OverdueOf()));
    missing["slowest"] = MissingOf(Ask(node, &v1::Query::Stub::Slowest, v1::SlowestRequest()));
    missing["cluster"] = MissingOf(Ask(node, &v1::Query::Stub::Cluster, v1::ClusterRequest()));
    missing["balance"] = MissingOf(Ask(node, &v1::Query::Stub::Balance, v1::BalanceRequest()));
    return missing;
  }
  static MissingByQuery AllLack(const std::vector<std::string>& joiners) {
    MissingByQuery missing;
    for (const char* query : {"stats", "cohort", "timeline", "overdue", "slowest", "cluster", "balance"}) {
      missing[query] = joiners;
    }
    return missing;
  }
  // Asks until all queries lack exactly these, at most kWaitMax.
  static MissingByQuery AskUntil(v1::Query::Stub& node, const MissingByQuery& wanted) {
    const auto give_up_at = std::chrono::steady_clock::now() + kWaitMax;
    while (true) {
      MissingByQuery missing = AskAll(node);
      if (missing == wanted || std::chrono::steady_clock::now() > give_up_at) return missing;
    }
  }

  Cluster cluster_;
  std::vector<std::unique_ptr<v1::Query::Stub>> nodes_;
};

TEST_F(QueriesTest, AnyNodeAnswersForTheWholeCluster) {
  SendFlows("a-");
  for (const auto& node : nodes_) {
    const v1::StatsReply stats = Ask(*node, &v1::Query::Stub::Stats, StatsOf(v1::BY_END));
    ASSERT_EQ(stats.flows_size(), 1);
    const v1::FlowStats& push = stats.flows(0);
    EXPECT_EQ(push.counters().started(), static_cast<uint64_t>(kFlows));
    EXPECT_EQ(push.samples(), kFlows * 9u / 10);
    EXPECT_GT(push.started_per_second(), 0);
    ASSERT_EQ(push.series_size(), 1);
    EXPECT_EQ(push.series(0).labels(0).value(), "ios");
    EXPECT_EQ(push.series(0).counters().started(), static_cast<uint64_t>(kFlows));

    const v1::StatsReply cohort = Ask(*node, &v1::Query::Stub::Stats, StatsOf(v1::BY_START));
    EXPECT_EQ(cohort.flows(0).cohort_open(), kFlows / 10u);
    EXPECT_GT(cohort.flows(0).p50_seconds(), 1);
    EXPECT_TRUE(std::isinf(cohort.flows(0).p95_seconds()));

    const v1::OverdueReply overdue = Ask(*node, &v1::Query::Stub::Overdue, OverdueOf());
    EXPECT_EQ(overdue.count(), kFlows / 10u);
    ASSERT_EQ(overdue.flows_size(), 1);
    EXPECT_EQ(overdue.flows(0).count(), kFlows / 10u);
    ASSERT_EQ(overdue.keys_size(), kFlows / 10);
    EXPECT_EQ(overdue.keys(0).key(), "a-190") << "the earliest";

    const v1::SlowestReply slowest = Ask(*node, &v1::Query::Stub::Slowest, v1::SlowestRequest());
    ASSERT_GT(slowest.keys_size(), 0);
    EXPECT_EQ(slowest.keys(0).key(), "a-199");

    uint64_t matched = 0;
    const v1::TimelineReply timeline = Ask(*node, &v1::Query::Stub::Timeline, TimelineOf());
    for (const v1::TimelinePoint& point : timeline.points()) {
      matched += point.counters().matched();
    }
    EXPECT_EQ(matched, kFlows * 9u / 10);

    const v1::ClusterReply cluster = Ask(*node, &v1::Query::Stub::Cluster, v1::ClusterRequest());
    ASSERT_EQ(cluster.joiners_size(), 3);
    uint64_t open = 0;
    uint32_t slots = 0;
    for (const v1::JoinerNode& joiner : cluster.joiners()) {
      open += joiner.open_keys();
      slots += joiner.slot_end() - joiner.slot_begin();
      EXPECT_GT(joiner.disk_free_bytes(), 0u);
      EXPECT_GT(joiner.streams(), 0u);
    }
    EXPECT_EQ(open, kFlows / 10u);
    EXPECT_EQ(slots, 4096u);
    EXPECT_EQ(AskAll(*node), AllLack({}));
  }
}

TEST_F(QueriesTest, AJoinerThatStandsStillOrHasEndedIsNamedByEveryQueryAndComesBackByItself) {
  SendFlows("a-");
  EXPECT_EQ(AskAll(*nodes_[1]), AllLack({}));
  cluster_.joiner(1).Signal(SIGSTOP);
  EXPECT_EQ(AskUntil(*nodes_[1], AllLack({"joiner-1"})), AllLack({"joiner-1"}));
  cluster_.joiner(1).Signal(SIGCONT);
  EXPECT_EQ(AskUntil(*nodes_[1], AllLack({})), AllLack({}));

  cluster_.KillJoiner(2);
  EXPECT_EQ(AskUntil(*nodes_[1], AllLack({"joiner-2"})), AllLack({"joiner-2"}));
  cluster_.StartJoiner(2);
  EXPECT_EQ(AskUntil(*nodes_[1], AllLack({})), AllLack({}));
}

TEST_F(QueriesTest, ATailShowsEveryDecisionOfASmallLoadAndNamesAJoinerThatStandsStill) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 2 * kWaitMax);
  v1::TailRequest request;
  request.set_per_second_max(1000);
  const auto reader = nodes_[0]->Tail(&context, request);
  std::multiset<std::string> shown;
  uint64_t passed_over = 0;
  v1::TailReply reply;
  const auto read_until = [&](const std::function<bool()>& enough) {
    do {
      if (!reader->Read(&reply)) return false;
      passed_over += reply.passed_over();
      for (const v1::TailDecision& decision : reply.decisions()) {
        shown.insert(v1::Decision_Name(decision.decision()) + " " + decision.key());
      }
    } while (!enough());
    return true;
  };
  ASSERT_TRUE(read_until([&] { return reply.missing().empty(); }));

  auto sending = std::async(std::launch::async, [this] { SendFlows("t-"); });
  constexpr size_t kDecisions = kFlows + kFlows * 9 / 10;
  EXPECT_TRUE(read_until([&] { return shown.size() + passed_over >= kDecisions; }));
  sending.get();
  EXPECT_EQ(passed_over, 0u);
  std::multiset<std::string> expected;
  for (int i = 0; i < kFlows; ++i) {
    expected.insert("DECISION_STARTED t-" + std::to_string(i));
    if (i % 10 != 0) expected.insert("DECISION_MATCHED t-" + std::to_string(i));
  }
  EXPECT_EQ(shown, expected);

  cluster_.joiner(1).Signal(SIGSTOP);
  EXPECT_TRUE(read_until([&] { return MissingOf(reply) == std::vector<std::string>{"joiner-1"}; }));
  cluster_.joiner(1).Signal(SIGCONT);
  EXPECT_TRUE(read_until([&] { return reply.missing().empty(); }));
  cluster_.KillJoiner(2);
  EXPECT_TRUE(read_until([&] { return MissingOf(reply) == std::vector<std::string>{"joiner-2"}; }));
  cluster_.StartJoiner(2);
  EXPECT_TRUE(read_until([&] { return reply.missing().empty(); }));
  context.TryCancel();
  reader->Finish();
}

}  // namespace
}  // namespace oneway::test
