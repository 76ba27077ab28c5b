// SPDX-License-Identifier: Apache-2.0
//
// Concern: every process of a cluster can be restarted under load, one after the other, as an upgrade does: each ends
// in order and in time, nothing is lost or counted twice, and clients see nothing but retries.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "oneway/v1/forward.grpc.pb.h"
#include "tests/integration/open_loop.h"
#include "tests/support/process/cluster.h"

namespace oneway::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr int kPartitioners = 2;
constexpr int kJoiners = 3;
constexpr int kClients = 3;
#if defined(__SANITIZE_ADDRESS__)
constexpr double kFlowsPerSecond = 50;  // of each client
#else
constexpr double kFlowsPerSecond = 500;
#endif
constexpr auto kGrace = seconds(10);  // the processes' default shutdown_grace
constexpr auto kExitWaitMax = kGrace + seconds(10);
constexpr auto kSettleWaitMax = seconds(90);

class RollingRestartTest : public testing::Test {
 protected:
  RollingRestartTest()
      : cluster_({.partitioners = kPartitioners,
                  .joiners = kJoiners,
                  .flows = "flows:\n  - name: push\n    ttl: 20m\n    retry_window: 30m\n"}) {}

  void BeginLoad() {
    for (int i = 0; i < kClients; ++i) {
      client::Options options{.targets = cluster_.partitioner_addresses()};
      std::rotate(options.targets.begin(), options.targets.begin() + i % kPartitioners, options.targets.end());
      clients_.push_back(std::make_unique<OpenLoop>(options, "c" + std::to_string(i) + "-", kFlowsPerSecond));
    }
  }

  uint64_t Acked() const {
    uint64_t acked = 0;
    for (const auto& client : clients_) acked += client->counters().acked;
    return acked;
  }

  void WaitUntilAckedSome() const {
    const uint64_t before = Acked();
    const auto deadline = Clock::now() + kSettleWaitMax;
    while (Acked() < before + 100 && Clock::now() < deadline) WaitFor(std::chrono::milliseconds(10));
    EXPECT_GE(Acked(), before + 100) << "nothing is acked any more";
  }

  // Ends a process by SIGTERM; it has to exit with 0 in time.
  void End(process::ChildProcess& process, const std::string& name) {
    const auto began_at = Clock::now();
    process.Signal(SIGTERM);
    EXPECT_EQ(process.Wait(kExitWaitMax), 0) << name;
    const auto took = Clock::now() - began_at;
    std::cout << name << " ended after " << std::chrono::duration<double>(took).count() << " s" << std::endl;
    EXPECT_LE(took, kGrace) << name;
  }

  void ExpectNothingLostOrDoubled() {
    uint64_t started = 0;
    uint64_t matched = 0;
    for (const auto& client : clients_) {
      const client::Counters counters = client->Finish(kSettleWaitMax);
      EXPECT_EQ(counters.acked, client->starts() + client->ends());
      EXPECT_EQ(counters.invalid, 0u);
      EXPECT_EQ(counters.too_late, 0u);
      EXPECT_EQ(counters.in_flight, 0u);
      EXPECT_EQ(counters.dropped_at_shutdown + counters.dropped_queue_full + counters.dropped_invalid_argument, 0u);
      std::cout << "{\"accepted\": " << counters.accepted << ", \"acked\": " << counters.acked
                << ", \"resent\": " << counters.resent << ", \"duplicate\": " << counters.duplicate << "}" << std::endl;
      started += client->starts();
      matched += client->ends();
    }
    oneway::v1::BalanceReply balance;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + seconds(60));
    const grpc::Status status = cluster_.QueryStub(0)->Balance(&context, {}, &balance);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(balance.missing_size(), 0);
    EXPECT_EQ(balance.total().started(), started);
    EXPECT_EQ(balance.total().matched(), matched);
    EXPECT_EQ(balance.total().open(), started - matched);
    EXPECT_EQ(balance.total().unexplained(), 0u);
  }

  Cluster cluster_;
  std::vector<std::unique_ptr<OpenLoop>> clients_;
};

TEST_F(RollingRestartTest, OfEveryProcessLosesAndDoublesNothing) {
  cluster_.Start();
  BeginLoad();
  for (int i = 0; i < kPartitioners; ++i) {
    WaitUntilAckedSome();
    End(cluster_.partitioner(i), "partitioner " + std::to_string(i));
    WaitUntilAckedSome();
    cluster_.StartPartitioner(i);
    cluster_.WaitUntilPartitionerServes(i);
  }
  for (int i = 0; i < kJoiners; ++i) {
    WaitUntilAckedSome();
    End(cluster_.joiner(i), "joiner " + std::to_string(i));
    WaitUntilAckedSome();
    cluster_.StartJoiner(i);
    cluster_.WaitUntilJoinerServes(i);
  }
  WaitUntilAckedSome();
  ExpectNothingLostOrDoubled();
}

// Such as one that was stopped between opening a stream and its first frame.
TEST(DrainTest, AJoinerEndsInTimeThoughAPeerKeepsACallOpen) {
  Cluster cluster({.joiner_flags = {"--shutdown-grace", "4s"}});
  cluster.StartJoiner(0);
  cluster.WaitUntilJoinerServes(0);
  const auto channel = grpc::CreateChannel(cluster.joiner_address(0), grpc::InsecureChannelCredentials());
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + kSettleWaitMax));
  grpc::ClientContext context;
  const auto stream = oneway::v1::Forward::NewStub(channel)->Stream(&context);
  WaitFor(std::chrono::milliseconds(300));  // nothing tells when the call has arrived
  const auto began_at = Clock::now();
  cluster.joiner(0).Signal(SIGTERM);
  EXPECT_EQ(cluster.joiner(0).Wait(kExitWaitMax), 0);
  EXPECT_LE(Clock::now() - began_at, seconds(4));
  context.TryCancel();
}

}  // namespace
}  // namespace oneway::test
