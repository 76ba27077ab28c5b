// SPDX-License-Identifier: Apache-2.0
// The wired process, with a joiner that settles whatever it gets.
#include "partitioner/server/partitioner_server.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <string>
#include <thread>

#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "oneway/v1/forward.grpc.pb.h"
#include "oneway/v1/ingest.grpc.pb.h"

namespace oneway::partitioner::server {
namespace {

using ::testing::HasSubstr;

struct HttpReply {
  unsigned status = 0;
  std::string body;
};

HttpReply HttpGet(uint16_t port, const std::string& path) {
  namespace http = boost::beast::http;
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  http::request<http::empty_body> request(http::verb::get, path, 11);
  request.set(http::field::host, "localhost");
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(socket, buffer, response);
  return {response.result_int(), response.body()};
}

class AgreeableJoiner final : public v1::Forward::Service {
 public:
  grpc::Status Handshake(grpc::ServerContext*, const v1::HandshakeRequest* request,
                         v1::HandshakeReply* reply) override {
    if (request->cluster().hash_seed() != 7) return {grpc::StatusCode::FAILED_PRECONDITION, "cluster.seed differs"};
    reply->set_wire_version(1);
    reply->set_shards(3);
    return grpc::Status::OK;
  }
  grpc::Status Stream(grpc::ServerContext*,
                      grpc::ServerReaderWriter<v1::SettleFrame, v1::ForwardFrame>* stream) override {
    v1::ForwardFrame frame;
    while (stream->Read(&frame)) {
      if (!frame.has_events()) continue;
      v1::SettleFrame settled;
      settled.set_settled(frame.events().first() + frame.events().count() - 1);
      stream->Write(settled);
    }
    return grpc::Status::OK;
  }
};

class PartitionerServerTest : public testing::Test {
 protected:
  PartitionerServerTest() {
    auto joiner = rpc::StartServer({.listen = "127.0.0.1:0", .services = {&joiner_}});
    EXPECT_TRUE(joiner.ok()) << joiner.status();
    joiner_server_ = std::move(*joiner);
    config_.cluster.seed = hash::HashSeed{7};
    config_.cluster.joiners = {{"joiner-0", rpc::ToString(joiner_server_.address)}};
    config_.partitioner.name = "partitioner-1";
    config_.partitioner.listen = "127.0.0.1:0";
    config_.partitioner.http_listen = "127.0.0.1:0";
  }

  static HttpReply Get(const PartitionerServer& server, const std::string& path) {
    return HttpGet(server.http_port(), path);
  }
  // Asks until the answer of /readyz holds `text`; the test's time limit ends it otherwise.
  static void WaitForReadiness(const PartitionerServer& server, const std::string& text) {
    while (Get(server, "/readyz").body.find(text) == std::string::npos) std::this_thread::yield();
  }

  process::ConfigReader Reread() const {
    return [this]() -> absl::StatusOr<process::Loaded> { return process::Loaded{.config = config_}; };
  }

  const time::SystemClock clock_;
  process::Config config_;
  AgreeableJoiner joiner_;
  rpc::RunningServer joiner_server_;
};

TEST_F(PartitionerServerTest, BringsABatchToTheJoinerAndItsAnswerBackThenDrains) {
  PartitionerServer server(config_, Reread(), clock_);
  ASSERT_TRUE(server.Start().ok());
  v1::IngestBatch batch;
  batch.add_series()->set_flow("push");
  for (int i = 0; i < 100; ++i) {
    v1::Event& event = *batch.add_events();
    event.set_kind(v1::START);
    event.set_key("push-" + std::to_string(i));
  }
  v1::IngestAnswer answer;
  grpc::ClientContext call;
  const auto stub = v1::Ingest::NewStub(rpc::ChannelTo(server.grpc_address()));
  ASSERT_TRUE(stub->Send(&call, batch, &answer).ok());
  EXPECT_EQ(answer.exceptions_size(), 0);

  const std::string metrics = Get(server, "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("oneway_ingest_events_total{status=\"ok\"} 100\n"));
  EXPECT_THAT(metrics, HasSubstr("oneway_ingest_invalid_events_total{reason=\"too_many_parts\"} 0\n"));
  EXPECT_THAT(metrics, HasSubstr("oneway_forward_settled_events_total{joiner=\"joiner-0\"} 100\n"));
  EXPECT_THAT(metrics, HasSubstr("oneway_forward_connected_lanes{joiner=\"joiner-0\"} 3\n"));
  EXPECT_EQ(Get(server, "/readyz").status, 200);
  server.RequestEnd();
  server.WaitForSignal();
  server.Drain();
}

TEST_F(PartitionerServerTest, IsNotReadyWhileAJoinerRefusesItAndSaysWhy) {
  config_.cluster.seed = hash::HashSeed{8};
  PartitionerServer server(config_, Reread(), clock_);
  ASSERT_TRUE(server.Start().ok());
  WaitForReadiness(server, "cluster.seed differs");
  EXPECT_EQ(Get(server, "/readyz").status, 503);
  EXPECT_THAT(Get(server, "/readyz").body, HasSubstr("joiner-0"));
  EXPECT_EQ(Get(server, "/livez").status, 200);
}

TEST_F(PartitionerServerTest, AnAddressThatIsTakenIsAnErrorThatNamesIt) {
  config_.partitioner.listen = rpc::ToString(joiner_server_.address);
  PartitionerServer server(config_, Reread(), clock_);
  EXPECT_THAT(std::string(server.Start().message()), HasSubstr(config_.partitioner.listen));
}

}  // namespace
}  // namespace oneway::partitioner::server
