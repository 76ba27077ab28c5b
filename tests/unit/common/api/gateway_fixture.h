// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/api/gateway.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "tests/unit/common/api/fake_query.h"
#include "tests/unit/common/observe/http_fixture.h"

namespace oneway::api {

// A node: its HTTP server, its gRPC server with a Query of the test's, and the gateway between.
class GatewayTest : public observe::HttpServerTest {
 protected:
  ~GatewayTest() override {
    // As nodes end: first what asks, then what answers.
    if (gateway_ != nullptr) gateway_->Stop();
    End();
  }

  void AddRoutes(observe::HttpServer& server) override {
    gateway_ = std::make_unique<Gateway>(io_context_.get_executor(), hub_options_);
    gateway_->AddRoutes(server);
  }

  void Serve() {
    Start();
    Connect();
  }
  void Connect() {
    grpc_ = *rpc::StartServer({.listen = "127.0.0.1:0", .services = {&query_}});
    gateway_->Connect(rpc::ChannelInside(*grpc_.server));
  }

  // Sends a request for events, whose answer is read from the client.
  std::unique_ptr<observe::Client> Subscribe(const std::string& parameters = "") {
    auto client = std::make_unique<observe::Client>(server_->port());
    client->Send("GET /api/v1/events" + parameters + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return client;
  }

  EventHub::Options hub_options_{.interval = std::chrono::milliseconds(5)};
  FakeQuery query_;
  rpc::RunningServer grpc_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace oneway::api
