// SPDX-License-Identifier: Apache-2.0
#include "demo/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "demo/http/client.h"
#include "tests/unit/demo/http/loop.h"

namespace oneway::demo::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kAnswerWaitMax = std::chrono::seconds(10);

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.header_bytes_max = 512;
    options_.body_bytes_max = 16;
  }

  void Start() {
    server_ = std::make_unique<Server>(loop_.io_context(), options_);
    server_->RoutePost("/echo", [this](const Request& request) {
      ++calls_;
      return Response{.status = 202, .body = std::string(request.query) + "|" + std::string(request.body)};
    });
    ASSERT_TRUE(server_->Start().ok());
    address_.port = server_->port();
  }

  // All that comes for `request` until the server closes.
  std::string Exchange(const std::string& request) { return loop_.Await(ExchangeAll(address_.port, request)); }

  static asio::awaitable<std::string> ExchangeAll(uint16_t port, std::string request) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const tcp::endpoint endpoint(asio::ip::make_address("127.0.0.1"), port);
    const auto [connect_error] = co_await socket.async_connect(endpoint, kAwait);
    if (connect_error) co_return "cannot connect";
    // The server may close before it has taken everything.
    co_await asio::async_write(socket, asio::buffer(request), kAwait);
    std::string answer;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer), kAwait);
    co_return answer;
  }

  Loop loop_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  Address address_;
  int calls_ = 0;
};

TEST_F(ServerTest, AnswersPostsOverOneKeptConnection) {
  options_.connections_max = 1;
  Start();
  Client client(loop_.io_context(), address_, kAnswerWaitMax);
  for (int i = 0; i < 3; ++i) {
    const auto answer = loop_.Await(client.Post("/echo?n=" + std::to_string(i), "hello"));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 202u);
    EXPECT_EQ(answer->body, "n=" + std::to_string(i) + "|hello");
  }
}

TEST_F(ServerTest, IsHealthyWithoutARoute) {
  Start();
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(Exchange("GET /healthz?verbose HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST_F(ServerTest, OtherPathsAndMethodsAreRefused) {
  Start();
  EXPECT_THAT(Exchange("POST /nothing HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 404 "));
  EXPECT_THAT(Exchange("GET /echo HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 405 "));
  EXPECT_THAT(Exchange("POST /healthz HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 405 "));
  EXPECT_EQ(calls_, 0);
}

TEST_F(ServerTest, ABodyBeyondItsBoundIsRefusedWithoutBeingRead) {
  Start();
  EXPECT_THAT(Exchange("POST /echo HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\nabc"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Exchange("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n12345678901234567\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(calls_, 0);
  EXPECT_THAT(Exchange("POST /echo HTTP/1.0\r\nContent-Length: 16\r\n\r\n1234567890123456"),
              EndsWith("|1234567890123456"));
}

TEST_F(ServerTest, AHeaderBeyondItsBoundIsRefused) {
  Start();
  EXPECT_THAT(Exchange("POST /echo HTTP/1.1\r\nX: " + std::string(600, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Exchange("POST /echo?" + std::string(600, 'x') + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_EQ(calls_, 0);
}

TEST_F(ServerTest, WhatIsNoHttpIsRefused) {
  Start();
  EXPECT_THAT(Exchange("\x16\x03\x01 nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange("POST /echo HTTP/1.1\r\nContent-Length: many\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(calls_, 0);
}

TEST_F(ServerTest, OneConnectionTooManyIsTurnedAway) {
  options_.connections_max = 1;
  Start();
  Client client(loop_.io_context(), address_, kAnswerWaitMax);
  ASSERT_TRUE(loop_.Await(client.Post("/echo", "")).ok());
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerTest, AClientThatSaysNothingIsDisconnected) {
  options_.idle_time_max = std::chrono::milliseconds(100);
  Start();
  EXPECT_EQ(Exchange("POST /echo HT"), "");
}

TEST_F(ServerTest, StopClosesConnectionsAndThePort) {
  Start();
  Client client(loop_.io_context(), address_, kAnswerWaitMax);
  ASSERT_TRUE(loop_.Await(client.Post("/echo", "")).ok());
  server_->Stop();
  EXPECT_FALSE(loop_.Await(client.Post("/echo", "")).ok());
  EXPECT_EQ(Exchange("GET /healthz HTTP/1.0\r\n\r\n"), "cannot connect");
}

TEST_F(ServerTest, ATakenPortIsNamed) {
  Start();
  Server second(loop_.io_context(), {.listen = address_});
  EXPECT_EQ(std::string(second.Start().message()),
            "cannot listen on " + ToString(address_) + ": Address already in use");
}

TEST_F(ServerTest, AClientWhoseKeptConnectionDiedConnectsAgain) {
  options_.idle_time_max = std::chrono::milliseconds(100);
  Start();
  Client client(loop_.io_context(), address_, kAnswerWaitMax);
  ASSERT_TRUE(loop_.Await(client.Post("/echo", "")).ok());
  // The server has closed that one by the time it closes a later one.
  EXPECT_EQ(Exchange("POST"), "");
  EXPECT_TRUE(loop_.Await(client.Post("/echo", "")).ok());
  EXPECT_EQ(calls_, 2);
}

TEST_F(ServerTest, AClientWaitsForAnAnswerOnlySoLong) {
  // Takes connections, as far as the system does, and never answers.
  tcp::acceptor silent(loop_.io_context(), {asio::ip::make_address("127.0.0.1"), 0});
  Client client(loop_.io_context(), {.port = silent.local_endpoint().port()}, std::chrono::milliseconds(20));
  EXPECT_EQ(std::string(loop_.Await(client.Post("/echo", "")).status().message()), "no answer in time");
}

TEST_F(ServerTest, AnAnswerOfEndlessSizeIsNoAnswer) {
  options_.body_bytes_max = 1'000'000;
  server_ = std::make_unique<Server>(loop_.io_context(), options_);
  server_->RoutePost("/flood",
                     [](const Request&) { return Response{.status = 200, .body = std::string(100'000, 'x')}; });
  ASSERT_TRUE(server_->Start().ok());
  Client client(loop_.io_context(), {.port = server_->port()}, kAnswerWaitMax);
  EXPECT_THAT(std::string(loop_.Await(client.Post("/flood", "")).status().message()), HasSubstr("body limit"));
}

}  // namespace
}  // namespace oneway::demo::http
