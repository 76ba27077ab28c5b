// SPDX-License-Identifier: Apache-2.0
//
// Concern: what goes in through several clients and partitioners comes out of the joiners exactly, also when a joiner
// is killed on the way. Real processes, real gRPC, real disk.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <random>
#include <thread>

#include "client/client.h"
#include "tests/integration/flow_list.h"
#include "tests/support/process/cluster.h"
#include "tests/support/wait.h"

namespace oneway::test {
namespace {

constexpr int kClients = 4;
#if defined(__SANITIZE_ADDRESS__)
constexpr uint32_t kFlowsPerClient = 5'000;  // everything is several times slower
#else
constexpr uint32_t kFlowsPerClient = 50'000;
#endif
constexpr int kReaders = 8;
constexpr char kFlow[] = "push";
// Longer than a slow machine takes for the test, so that nothing expires in between; late ends are sent as such.
constexpr auto kTtl = std::chrono::minutes(20);
constexpr auto kSettleWaitMax = std::chrono::seconds(90);

class PairsTest : public testing::Test {
 protected:
  PairsTest()
      : seed_(std::random_device{}()),
        cluster_({.partitioners = 2,
                  .joiners = 3,
                  .flows = "flows:\n  - name: push\n    ttl: 20m\n    retry_window: 30m\n"}) {
    std::cout << "seed " << seed_ << std::endl;
    for (int i = 0; i < kClients; ++i) {
      plans_.push_back(MakeFlowPlan(seed_ + i, "c" + std::to_string(i) + "-", kFlowsPerClient,
                                    std::chrono::system_clock::now(), kTtl));
    }
  }

  // Sends client `index`'s plan and waits until everything is settled.
  client::Counters Send(int index) {
    client::Client* client = clients_[index].get();
    const FlowPlan& plan = plans_[index];
    for (const PlannedEvent& event : plan.events) {
      const std::string& key = plan.flows[event.flow].key;
      while (true) {
        const client::Outcome outcome =
            event.is_end ? client->End(kFlow, key, event.time) : client->Start(kFlow, key, event.time);
        if (outcome == client::Outcome::kQueued) break;
        if (!client->WaitForRoom(kSettleWaitMax)) return client->counters();
      }
    }
    const client::Counters counters = client->Shutdown(kSettleWaitMax);
    ++finished_clients_;
    return counters;
  }

  std::vector<client::Counters> SendAll(const std::function<void()>& meanwhile) {
    std::vector<std::future<client::Counters>> sending;
    for (int i = 0; i < kClients; ++i) {
      std::vector<std::string> targets = cluster_.partitioner_addresses();
      std::rotate(targets.begin(), targets.begin() + i % 2, targets.end());
      clients_.push_back(client::Client::Create({.targets = targets}));
    }
    for (int i = 0; i < kClients; ++i) {
      sending.push_back(std::async(std::launch::async, [this, i] { return Send(i); }));
    }
    meanwhile();
    std::vector<client::Counters> counters;
    for (auto& one : sending) counters.push_back(one.get());
    return counters;
  }

  void ExpectAllAcked(const std::vector<client::Counters>& counters) {
    for (int i = 0; i < kClients; ++i) {
      EXPECT_EQ(counters[i].acked, plans_[i].events.size()) << "client " << i;
      EXPECT_EQ(counters[i].in_flight + counters[i].dropped_at_shutdown + counters[i].invalid + counters[i].too_late,
                0u);
    }
  }

  // Reads every key back and compares state and latency with the plan.
  void ExpectEveryKeyAsPlanned() {
    std::vector<const PlannedFlow*> flows;
    for (const FlowPlan& plan : plans_) {
      for (const PlannedFlow& flow : plan.flows) flows.push_back(&flow);
    }
    std::atomic<size_t> next{0};
    std::atomic<int> wrong{0};
    std::vector<std::future<void>> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.push_back(std::async(std::launch::async, [&, i] {
        const auto stub = cluster_.QueryStub(i % 2);
        while (true) {
          const size_t index = next.fetch_add(1);
          if (index >= flows.size() || wrong > 10) return;
          if (!IsAsPlanned(*stub, *flows[index])) ++wrong;
        }
      }));
    }
    for (auto& reader : readers) reader.get();
    EXPECT_EQ(wrong, 0);
  }

  static bool IsAsPlanned(oneway::v1::Query::Stub& stub, const PlannedFlow& flow) {
    oneway::v1::KeyRequest request;
    request.set_flow(kFlow);
    request.set_key(flow.key);
    oneway::v1::KeyReply reply;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Status status = stub.Key(&context, request, &reply);
    const bool has_latency = flow.expected_state == oneway::v1::MATCHED || flow.expected_state == oneway::v1::LATE;
    const bool right = status.ok() && reply.missing_size() == 0 && reply.state() == flow.expected_state &&
                       (!has_latency || reply.latency_nanos() == flow.expected_latency_nanos);
    if (!right) {
      ADD_FAILURE() << flow.key << ": expected " << oneway::v1::KeyState_Name(flow.expected_state) << " "
                    << flow.expected_latency_nanos << " ns, got " << status.error_message() << " "
                    << reply.ShortDebugString();
    }
    return right;
  }

  oneway::v1::BalanceReply Balance() {
    oneway::v1::BalanceReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Status status = cluster_.QueryStub(0)->Balance(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }

  uint64_t PlannedStarts() const {
    uint64_t starts = 0;
    for (const FlowPlan& plan : plans_) {
      starts += static_cast<uint64_t>(
          std::count_if(plan.flows.begin(), plan.flows.end(), [](const PlannedFlow& flow) { return flow.has_start; }));
    }
    return starts;
  }

  uint64_t Planned(oneway::v1::KeyState state) const {
    uint64_t flows = 0;
    for (const FlowPlan& plan : plans_) {
      flows += static_cast<uint64_t>(std::count_if(
          plan.flows.begin(), plan.flows.end(), [&](const PlannedFlow& flow) { return flow.expected_state == state; }));
    }
    return flows;
  }

  void ExpectExactBalance() {
    const oneway::v1::BalanceReply balance = Balance();
    EXPECT_EQ(balance.missing_size(), 0);
    EXPECT_EQ(balance.joiners(), 3u);
    // All starts were acked, so the bounds "distinct acked <= started <= distinct sent" meet.
    EXPECT_EQ(balance.total().started(), PlannedStarts());
    EXPECT_EQ(balance.total().matched(), Planned(oneway::v1::MATCHED));
    EXPECT_EQ(balance.total().expired(), Planned(oneway::v1::LATE));
    EXPECT_EQ(balance.total().open(), Planned(oneway::v1::OPEN));
    EXPECT_EQ(balance.total().unexplained(), 0u);
  }

  void WaitForFirstAck() {
    const auto has_ack = [](const auto& client) { return client->counters().acked > 0; };
    const bool any = Eventually(kSettleWaitMax, [&] { return std::ranges::any_of(clients_, has_ack); });
    ASSERT_TRUE(any) << "no event was acked";
  }

  const uint64_t seed_;
  Cluster cluster_;
  std::vector<FlowPlan> plans_;
  std::vector<std::unique_ptr<client::Client>> clients_;
  std::atomic<int> finished_clients_{0};
};

TEST_F(PairsTest, EveryKeyReadsBackAsItWasSent) {
  cluster_.Start();
  ExpectAllAcked(SendAll([] {}));
  ExpectEveryKeyAsPlanned();
  ExpectExactBalance();
}

TEST_F(PairsTest, AJoinerKilledBetweenFirstAndLastAckLosesAndDoublesNothing) {
  cluster_.Start();
  const auto counters = SendAll([&] {
    WaitForFirstAck();
    cluster_.KillJoiner(1);
    EXPECT_EQ(finished_clients_, 0) << "the kill came after the last ack; it proves nothing";
    cluster_.StartJoiner(1);
    cluster_.WaitUntilJoinerServes(1);
  });
  ExpectAllAcked(counters);
  ExpectEveryKeyAsPlanned();
  ExpectExactBalance();
}

}  // namespace
}  // namespace oneway::test
