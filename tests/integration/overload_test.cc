// SPDX-License-Identifier: Apache-2.0
//
// Concern: more load than can be taken costs what is too much of it, and nothing else: what is taken stays as much as
// before, memory stays bounded, and one joiner that stands still does not stop the keys of the others. Real processes.
// Throughputs are compared within one run, for machines differ.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/open_loop.h"
#include "tests/support/process/cluster.h"
#include "tests/support/process/measure.h"

namespace oneway::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kFlows[] = "flows:\n  - name: push\n    ttl: 20m\n    retry_window: 30m\n";
constexpr auto kSettleWaitMax = seconds(120);
constexpr auto kMeasured = seconds(15);  // some twenty commits of a slow disk

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void ExpectBalance(const Cluster& cluster, uint64_t started, uint64_t matched) {
  oneway::v1::BalanceReply balance;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(60));
  const grpc::Status status = cluster.QueryStub(0)->Balance(&context, {}, &balance);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(balance.missing_size(), 0);
  EXPECT_EQ(balance.total().started(), started);
  EXPECT_EQ(balance.total().matched(), matched);
  EXPECT_EQ(balance.total().open(), started - matched);
  EXPECT_EQ(balance.total().unexplained(), 0u);
}

class StalledJoinerTest : public testing::Test {
 protected:
#if defined(__SANITIZE_ADDRESS__)
  static constexpr double kFlowsPerSecond = 300;
#else
  static constexpr double kFlowsPerSecond = 2'000;          // far below what two cores can do
#endif

  double Settled(int joiner) const {
    const std::string metrics = HttpGet(cluster_.partitioner_http_address(0), "/metrics").body;
    return Sample(metrics, "oneway_forward_settled_events_total{joiner=\"joiner-" + std::to_string(joiner) + "\"}");
  }

  // Long enough that what waited until the partitioner let go of the stalled joiner's events is made up for.
  static constexpr auto kStalled = seconds(10);

  // Events of joiners 0 and 2 that are settled a second, from now on.
  std::vector<double> MeasureOthers() const {
    const auto began_at = Clock::now();
    const std::vector<double> before = {Settled(0), Settled(2)};
    WaitFor(kStalled);
    const std::vector<double> after = {Settled(0), Settled(2)};
    const double elapsed = Seconds(Clock::now() - began_at);
    return {(after[0] - before[0]) / elapsed, (after[1] - before[1]) / elapsed};
  }

  Cluster cluster_{{.partitioners = 1, .joiners = 3, .flows = kFlows}};
};

TEST_F(StalledJoinerTest, TheKeysOfTheOthersGoOn) {
  cluster_.Start();
  OpenLoop load({.targets = cluster_.partitioner_addresses()}, "a-", kFlowsPerSecond);
  WaitFor(seconds(1));
  const std::vector<double> normal = MeasureOthers();
  cluster_.joiner(1).Signal(SIGSTOP);
  const std::vector<double> stalled = MeasureOthers();
  cluster_.joiner(1).Signal(SIGCONT);

  for (size_t i = 0; i < 2; ++i) {
    const double share = stalled[i] / normal[i];
    std::cout << "{\"joiner\": " << 2 * i << ", \"events_per_second\": " << normal[i]
              << ", \"while_another_stands_still\": " << stalled[i] << ", \"share\": " << share << "}" << std::endl;
    EXPECT_GE(share, 0.95);
  }
  const client::Counters counters = load.Finish(kSettleWaitMax);
  EXPECT_EQ(counters.dropped_queue_full, 0u);
  EXPECT_EQ(counters.acked, load.starts() + load.ends());
  ExpectBalance(cluster_, load.starts(), load.ends());
}

class OverloadTest : public testing::Test {
 protected:
#if defined(__SANITIZE_ADDRESS__)
  static constexpr uint64_t kDiskBytesPerSecond = 50'000;
#else
  static constexpr uint64_t kDiskBytesPerSecond = 400'000;  // some thousand flows a second: little CPU
#endif
  // A start and its end never share a commit, else the two would cost one row: what is taken under overload, where
  // they are put off apart, could not be compared with what is taken otherwise.
  static constexpr uint64_t kFlowsBetween = kDiskBytesPerSecond / 25;
  static constexpr int kClients = 3;
  static constexpr size_t kClientBytesMax = size_t{384} << 10;
  static constexpr uint64_t kBufferBytesMax = uint64_t{8} << 20;
  static constexpr auto kTransient = seconds(8);  // ends have begun, too
  static constexpr auto kGrace = seconds(10);     // shutdown_grace as it is unless told otherwise
  static constexpr auto kNormalAgainMax = seconds(10);

  OverloadTest()
      : set_(::setenv("SLOW_DISK_BYTES_PER_SECOND", std::to_string(kDiskBytesPerSecond).c_str(), 1)),
        cluster_({.partitioners = 1,
                  .joiners = 1,
                  .flows = kFlows,
                  .partitioner_flags = {"--buffer-bytes-max", std::to_string(kBufferBytesMax)},
                  .joiner_program = ONEWAY_SLOW_DISK_JOINER_BINARY}) {}

  client::Options ClientOptions() const {
    return {.targets = cluster_.partitioner_addresses(), .queue_bytes_max = kClientBytesMax};
  }

  // Two clients that never have more under way than keeps the joiner busy, so that nothing is put off; events a second.
  double MeasureCapacity() {
    client::Options options = ClientOptions();
    options.window_batches_max = 4;
    OpenLoop one(options, "one-", 0, kFlowsBetween);
    OpenLoop two(options, "two-", 0, kFlowsBetween);
    one.SendAsMuchAsIsTaken();
    two.SendAsMuchAsIsTaken();
    WaitFor(kTransient);
    const double capacity = MeasureGoodput({&one, &two});
    for (OpenLoop* client : {&one, &two}) {
      EXPECT_EQ(client->counters().resent, 0u) << "the capacity was measured under overload";
      Settle(*client);
    }
    return capacity;
  }

  static double MeasureGoodput(const std::vector<const OpenLoop*>& clients) {
    const auto acked = [&] {
      uint64_t sum = 0;
      for (const OpenLoop* client : clients) sum += client->counters().acked;
      return static_cast<double>(sum);
    };
    const auto began_at = Clock::now();
    const double before = acked();
    WaitFor(kMeasured);
    const double after = acked();
    return (after - before) / Seconds(Clock::now() - began_at);
  }

  void Settle(OpenLoop& client) {
    const client::Counters counters = client.Finish(kSettleWaitMax);
    EXPECT_EQ(counters.acked, client.starts() + client.ends());
    EXPECT_EQ(counters.invalid + counters.too_late + counters.dropped_at_shutdown, 0u);
    started_ += client.starts();
    matched_ += client.ends();
  }

  // Waits until the clients hold no more than what a second brings; how long that took.
  Clock::duration WaitUntilNormal(const std::vector<std::unique_ptr<OpenLoop>>& clients, double events_per_second) {
    const auto began_at = Clock::now();
    const auto held = [&] {
      uint64_t sum = 0;
      for (const auto& client : clients) sum += client->counters().in_flight;
      return static_cast<double>(sum);
    };
    while (held() > events_per_second && Clock::now() - began_at < kSettleWaitMax) WaitFor(milliseconds(50));
    return Clock::now() - began_at;
  }

  const int set_;
  Cluster cluster_;
  uint64_t started_ = 0;
  uint64_t matched_ = 0;
};

TEST_F(OverloadTest, AtThreeTimesTheCapacityAsMuchIsTakenAsBefore) {
  cluster_.Start();
  const double capacity = MeasureCapacity();
  const uint64_t resident_before = ResidentBytes(cluster_.partitioner(0).id());

  std::vector<std::unique_ptr<OpenLoop>> clients;
  std::vector<const OpenLoop*> views;
  for (int i = 0; i < kClients; ++i) {
    // A flow is two events: so each client offers what the joiner can do.
    clients.push_back(
        std::make_unique<OpenLoop>(ClientOptions(), "c" + std::to_string(i) + "-", capacity / 2, kFlowsBetween));
    views.push_back(clients.back().get());
  }
  WaitFor(kTransient);
  const double goodput = MeasureGoodput(views);
  const uint64_t resident_after = ResidentBytes(cluster_.partitioner(0).id());
  uint64_t dropped = 0;
  for (const auto& client : clients) dropped += client->counters().dropped_queue_full;

  for (const auto& client : clients) client->SetRate(capacity / 8 / kClients);  // a quarter of the capacity in all
  const auto normal_after = WaitUntilNormal(clients, capacity / 4);
  std::cout << "{\"capacity_events_per_second\": " << capacity << ", \"goodput_at_three_times\": " << goodput
            << ", \"share\": " << goodput / capacity << ", \"dropped_by_clients\": " << dropped
            << ", \"partitioner_grew_bytes\": "
            << static_cast<int64_t>(resident_after) - static_cast<int64_t>(resident_before)
            << ", \"normal_after_seconds\": " << Seconds(normal_after) << "}" << std::endl;

  EXPECT_GE(goodput / capacity, 0.9);
  EXPECT_GT(dropped, 0u) << "that was no overload";
  EXPECT_LE(resident_after, resident_before + 2 * kBufferBytesMax);
  EXPECT_LE(normal_after, kNormalAgainMax);
  for (const auto& client : clients) Settle(*client);
  ExpectBalance(cluster_, started_, matched_);
}

TEST_F(OverloadTest, AJoinerEndsInTime) {
  cluster_.Start();
  OpenLoop one(ClientOptions(), "one-", 0, kFlowsBetween);
  OpenLoop two(ClientOptions(), "two-", 0, kFlowsBetween);
  for (OpenLoop* client : {&one, &two}) client->SendAsMuchAsIsTaken();
  WaitFor(seconds(5));
  EXPECT_GT(one.counters().resent + two.counters().resent, 0u) << "that was no overload";

  const auto began_at = Clock::now();
  cluster_.joiner(0).Signal(SIGTERM);
  EXPECT_EQ(cluster_.joiner(0).Wait(2 * kGrace), 0);
  const double took = Seconds(Clock::now() - began_at);
  std::cout << "{\"ended_after_seconds\": " << took << "}" << std::endl;
  EXPECT_LE(took, Seconds(kGrace));

  cluster_.StartJoiner(0);
  for (OpenLoop* client : {&one, &two}) Settle(*client);
  ExpectBalance(cluster_, started_, matched_);
}

}  // namespace
}  // namespace oneway::test
