// SPDX-License-Identifier: Apache-2.0
//
// Concern: a client that puts a new value into a label with every event. Client, partitioner and joiner need no more
// memory the longer it does so, every event counts, and what is beyond max_series counts as overflow. Real processes.
//
// LABEL_VALUES says how many starts and ends to send, each with a value of its own.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "client/client.h"
#include "common/histogram/histogram.h"
#include "common/query/histogram_proto.h"
#include "tests/support/process/cluster.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kWaitMax = 120s;
constexpr char kFlow[] = "push";
constexpr uint64_t kSeriesMax = 500;
#if defined(__SANITIZE_ADDRESS__)
constexpr uint64_t kFlows = 10'000;  // everything is several times slower
#else
constexpr uint64_t kFlows = 250'000;  // a start and an end each
#endif
// From the first tenth on. Half a million names that one of the processes kept would be more.
constexpr double kGrowthMaxMebibytes = 64;

uint64_t FlowsToSend() {
  const char* values = std::getenv("LABEL_VALUES");
  return values != nullptr ? std::stoull(values) / 2 : kFlows;
}

double ResidentMebibytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return static_cast<double>(std::stoull(line.substr(6))) / 1024;
  }
  ADD_FAILURE() << "no memory of process " << process;
  return 0;
}

class LabelValuesTest : public testing::Test {
 protected:
  // Keys are forgotten soon, and rows written often, so that what remains is what the labels cost.
  LabelValuesTest()
      : cluster_({.flows = "flows:\n  - name: push\n    retry_window: 1s\n    labels: [device, session]\n"
                           "    max_series: 500\n",
                  .joiner_flags = {"--stall-hold=0s", "--memtable-bytes=4MiB"}}) {
    cluster_.Start();
    client_ = client::Client::Create({.targets = cluster_.partitioner_addresses()});
  }

  // The end comes (flow % 7) ms after the start.
  void SendFlow(uint64_t flow) {
    const std::string key = "k" + std::to_string(flow);
    const std::string device = "device-" + std::to_string(flow);
    const std::string session = "session-" + std::to_string(flow);
    const client::Time start = std::chrono::system_clock::now();
    const client::Label labels_of_start[] = {{"device", device}};
    const client::Label labels_of_end[] = {{"session", session}};
    Send([&] { return client_->Start(kFlow, key, {.time = start, .labels = labels_of_start}); });
    Send([&] { return client_->End(kFlow, key, {.time = start + LatencyOf(flow), .labels = labels_of_end}); });
  }
  static std::chrono::milliseconds LatencyOf(uint64_t flow) { return std::chrono::milliseconds(flow % 7); }

  template <typename Call>
  void Send(Call call) {
    while (call() != client::Outcome::kQueued) {
      ASSERT_TRUE(client_->WaitForRoom(kWaitMax)) << client_->connection().last_error;
    }
  }

  struct Memory {
    double client = 0;
    double partitioner = 0;
    double joiner = 0;
  };
  Memory ReadMemory() {
    return {ResidentMebibytes(getpid()), ResidentMebibytes(cluster_.partitioner(0).id()),
            ResidentMebibytes(cluster_.joiner(0).id())};
  }

  // Of a metric of the joiner, for the flow.
  uint64_t Scraped(const std::string& name) {
    const std::string body = HttpGet(cluster_.joiner_http_address(0), "/metrics").body;
    const std::string sample = "\n" + name + "{flow=\"" + kFlow + "\"} ";
    const size_t at = body.find(sample);
    if (at == std::string::npos) ADD_FAILURE() << "no metric " << name;
    return at == std::string::npos ? 0 : std::stoull(body.substr(at + sample.size()));
  }

  oneway::v1::StatsReply Stats() {
    oneway::v1::StatsReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    const grpc::Status status = cluster_.QueryStub(0)->Stats(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }

  oneway::v1::BalanceReply Balance() {
    oneway::v1::BalanceReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    const grpc::Status status = cluster_.QueryStub(0)->Balance(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }

  void ExpectExactTotals(uint64_t flows) {
    const oneway::v1::BalanceReply balance = Balance();
    EXPECT_EQ(balance.total().started(), flows);
    EXPECT_EQ(balance.total().matched(), flows);
    EXPECT_EQ(balance.total().unexplained(), 0u);
    const oneway::v1::StatsReply stats = Stats();
    ASSERT_EQ(stats.flows_size(), 1);
    const auto latency = query::FromProto(stats.flows(0).latency());
    ASSERT_TRUE(latency.ok()) << latency.status();
    EXPECT_EQ(latency->count(), flows);
    Duration sum{};
    for (uint64_t flow = 0; flow < flows; ++flow) sum += LatencyOf(flow);
    EXPECT_DOUBLE_EQ(latency->MeanSeconds(), std::chrono::duration<double>(sum).count() / static_cast<double>(flows));
  }

  // No two of the values are the same, so in each series but the overflow a single start or a single match is counted.
  void ExpectTheRestToOverflow(uint64_t flows) {
    const uint64_t overflow = Scraped("oneway_overflow_started_total") + Scraped("oneway_overflow_matched_total");
    EXPECT_EQ(Scraped("oneway_series"), kSeriesMax + 1);
    EXPECT_EQ(overflow, 2 * flows - kSeriesMax);
    std::printf("overflow series: %llu of %llu counts\n", static_cast<unsigned long long>(overflow),
                static_cast<unsigned long long>(2 * flows));
  }

  Cluster cluster_;
  std::unique_ptr<client::Client> client_;
};

void ExpectBounded(const char* process, double at_tenth, double at_end) {
  std::printf("%-11s %6.1f MiB after a tenth, %6.1f MiB at the end\n", process, at_tenth, at_end);
  EXPECT_LE(at_end - at_tenth, kGrowthMaxMebibytes) << process;
}

// semantics: labels
TEST_F(LabelValuesTest, ValuesWithoutEndTakeNoMemoryWithoutEndAndAllCount) {
  const uint64_t flows = FlowsToSend();
  const auto began_at = std::chrono::steady_clock::now();
  Memory tenth;
  for (uint64_t flow = 0; flow < flows && !HasFailure(); ++flow) {
    if (flow == flows / 10) tenth = ReadMemory();
    SendFlow(flow);
  }
  const Memory end = ReadMemory();
  EXPECT_EQ(client_->Shutdown(kWaitMax).acked, 2 * flows);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_at;
  std::printf("%llu label values in %.1f s\n", static_cast<unsigned long long>(2 * flows), took.count());
  ExpectExactTotals(flows);
  ExpectTheRestToOverflow(flows);
  ExpectBounded("client", tenth.client, end.client);
  ExpectBounded("partitioner", tenth.partitioner, end.partitioner);
  ExpectBounded("joiner", tenth.joiner, end.joiner);
}

}  // namespace
}  // namespace oneway::test
