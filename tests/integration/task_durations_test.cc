// SPDX-License-Identifier: Apache-2.0
//
// Concern: Oneway finds out what an application can only know by measuring itself. The task application of the demo
// fans tasks out over actors and keeps its own durations; of every task Oneway, elsewhere, gets the same one.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/process/child_process.h"
#include "common/process/free_ports.h"
#include "tests/support/process/cluster.h"
#include "tests/support/read_file.h"

namespace oneway::test {
namespace {

namespace asio = boost::asio;

constexpr char kFlow[] = "task";
constexpr int kTasks = 40;
constexpr auto kWaitMax = std::chrono::seconds(90);
constexpr auto kLookInterval = std::chrono::milliseconds(20);

class TaskDurationsTest : public testing::Test {
 protected:
  TaskDurationsTest()
      : cluster_({.partitioners = 1,
                  .joiners = 2,
                  .flows = "flows:\n  - {name: task, shape: fanout, ttl: 1m, settle: 1s}\n",
                  .joiner_flags = {"--stall-hold=1s"}}),
        port_(process::FreePorts(1).value().front()) {}

  void StartApplication() {
    auto started =
        process::ChildProcess::Start({.command = {ONEWAY_DEMO_TASK_BINARY, "--listen", Address(), "--oneway",
                                                  cluster_.partitioner_address(0), "--durations", PathOf("durations")},
                                      .log_path = PathOf("task.log")});
    ASSERT_TRUE(started.ok()) << started.status();
    application_ = std::move(*started);
    WaitUntil("the application serves", [&] {
      EXPECT_TRUE(application_->running());
      return HasFailure() || Serves();
    });
  }

  bool Serves() const {
    try {
      return HttpGet(Address(), "/healthz").status == 200;
    } catch (const boost::system::system_error&) {
      return false;  // does not listen yet
    }
  }

  // The id of the task that a POST starts.
  std::string Trigger() const {
    namespace http = boost::beast::http;
    asio::io_context io_context;
    asio::ip::tcp::socket socket(io_context);
    socket.connect({asio::ip::make_address("127.0.0.1"), port_});
    http::request<http::empty_body> request(http::verb::post, "/triggerTask", 11);
    request.set(http::field::host, "localhost");
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    EXPECT_EQ(response.result_int(), 202u);
    return response.body();
  }

  // What the application measured, by task.
  std::map<std::string, int64_t> OwnDurations() const {
    std::ifstream file(PathOf("durations"));
    std::map<std::string, int64_t> durations;
    std::string task_id;
    for (int64_t nanos = 0; file >> task_id >> nanos;) durations.emplace(task_id, nanos);
    return durations;
  }

  oneway::v1::FlowStats Stats() const {
    oneway::v1::StatsRequest request;
    request.set_flow(kFlow);
    oneway::v1::StatsReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Status status = cluster_.QueryStub(0)->Stats(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.missing_size(), 0);
    return reply.flows_size() == 1 ? reply.flows(0) : oneway::v1::FlowStats();
  }

  static oneway::v1::KeyReply KeyOf(oneway::v1::Query::Stub& stub, const std::string& task_id) {
    oneway::v1::KeyRequest request;
    request.set_flow(kFlow);
    request.set_key(task_id);
    oneway::v1::KeyReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Status status = stub.Key(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }

  void WaitUntil(const std::string& what, const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
    while (!is_so()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << what << " does not come true; " << Stats().ShortDebugString() << "\n"
          << ReadFile(PathOf("task.log"));
      EXPECT_FALSE(cluster_.joiner(0).Wait(kLookInterval).has_value()) << "a joiner has ended";
    }
  }

  std::string Address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string PathOf(const std::string& name) const { return cluster_.folder() + "/" + name; }

  Cluster cluster_;
  const uint16_t port_;
  std::unique_ptr<process::ChildProcess> application_;
};

TEST_F(TaskDurationsTest, OnewayMeasuresEveryTaskAsTheApplicationItselfDoes) {
  cluster_.Start();
  StartApplication();
  ASSERT_FALSE(HasFailure());
  std::vector<std::string> task_ids;
  for (int i = 0; i < kTasks; ++i) task_ids.push_back(Trigger());
  WaitUntil("all tasks are matched", [&] { return HasFailure() || Stats().counters().matched() >= kTasks; });
  ASSERT_FALSE(HasFailure());

  const std::map<std::string, int64_t> own = OwnDurations();
  ASSERT_EQ(own.size(), size_t{kTasks});
  const auto stub = cluster_.QueryStub(0);
  int64_t sum = 0;
  for (const std::string& task_id : task_ids) {
    ASSERT_TRUE(own.contains(task_id)) << task_id;
    const oneway::v1::KeyReply key = KeyOf(*stub, task_id);
    EXPECT_EQ(key.state(), oneway::v1::MATCHED) << task_id << ": " << key.ShortDebugString();
    EXPECT_EQ(key.latency_nanos(), own.at(task_id)) << task_id;
    EXPECT_FALSE(key.empty());
    sum += own.at(task_id);
  }

  const oneway::v1::FlowStats stats = Stats();
  EXPECT_EQ(stats.samples(), uint64_t{kTasks});
  EXPECT_NEAR(stats.mean_seconds(), static_cast<double>(sum) * 1e-9 / kTasks, 1e-9);
  // Ten parts of up to two seconds for each of work and publishing: the last one is out after two to four.
  EXPECT_GT(stats.mean_seconds(), 1.5);
  EXPECT_LT(stats.mean_seconds(), 4.5);
  EXPECT_EQ(stats.counters().started(), uint64_t{kTasks});
  EXPECT_EQ(stats.counters().expired() + stats.counters().late_part() + stats.counters().excess_part(), 0u);
  EXPECT_EQ(stats.open(), 0u);

  application_->Signal(SIGTERM);
  EXPECT_EQ(application_->Wait(std::chrono::seconds(20)), 0);
}

TEST_F(TaskDurationsTest, TasksUnderWayAreFinishedAndToldBeforeTheApplicationEnds) {
  cluster_.Start();
  StartApplication();
  ASSERT_FALSE(HasFailure());
  for (int i = 0; i < 5; ++i) Trigger();
  application_->Signal(SIGTERM);
  EXPECT_EQ(application_->Wait(std::chrono::seconds(30)), 0);
  EXPECT_EQ(OwnDurations().size(), 5u);
  WaitUntil("all tasks are matched", [&] { return HasFailure() || Stats().counters().matched() == 5; });
}

}  // namespace
}  // namespace oneway::test
