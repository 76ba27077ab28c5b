// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/observe/health_routes.h"
#include "common/observe/http_server.h"

namespace oneway::observe {

namespace asio = boost::asio;
using asio::ip::tcp;

// A client that speaks bytes, so that it can misbehave.
class Client {
 public:
  explicit Client(uint16_t port) : socket_(io_context_) {
    socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
  }

  void Send(const std::string& bytes) {
    boost::system::error_code ignored;  // the server may have closed already
    asio::write(socket_, asio::buffer(bytes), ignored);
  }
  void EndOfInput() { socket_.shutdown(tcp::socket::shutdown_send); }

  // Everything until the server closes.
  std::string ReadAll() {
    boost::system::error_code end;
    asio::read(socket_, asio::dynamic_buffer(received_), end);
    return std::move(received_);
  }

  // Everything up to and including `text`; without it at the end, everything until the server closes.
  std::string ReadUntil(const std::string& text) {
    boost::system::error_code end;
    const size_t bytes = asio::read_until(socket_, asio::dynamic_buffer(received_), text, end);
    const std::string read = received_.substr(0, end ? std::string::npos : bytes);
    received_.erase(0, read.size());
    return read;
  }

  // One answer with its body.
  std::string ReadAnswer() {
    const size_t header_bytes = asio::read_until(socket_, asio::dynamic_buffer(received_), "\r\n\r\n");
    const std::string field = "Content-Length: ";
    const size_t body_bytes = std::stoul(received_.substr(received_.find(field) + field.size()));
    if (received_.size() < header_bytes + body_bytes) {
      asio::read(socket_, asio::dynamic_buffer(received_),
                 asio::transfer_exactly(header_bytes + body_bytes - received_.size()));
    }
    const std::string answer = received_.substr(0, header_bytes + body_bytes);
    received_.erase(0, answer.size());
    return answer;
  }

 private:
  asio::io_context io_context_;
  tcp::socket socket_;
  std::string received_;
};

class HttpServerTest : public testing::Test {
 protected:
  ~HttpServerTest() override { End(); }

  virtual void AddRoutes(HttpServer&) {}

  void Start() {
    server_ = std::make_unique<HttpServer>(io_context_, options_);
    server_->Route("/hello", [](const HttpRequest& request) {
      return HttpResponse{.body = "hello " + request.Parameter("name").value_or("nobody")};
    });
    server_->Route("/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); });
    server_->Route("/large", [](const HttpRequest&) { return HttpResponse{.body = std::string(3'000'000, 'x')}; });
    AddHealthRoutes(*server_, [this] { return parts_; });
    AddRoutes(*server_);
    const absl::Status started = server_->Start();
    ASSERT_TRUE(started.ok()) << started;
    thread_ = std::thread([this] { io_context_.run(); });
  }

  // Ends when the server has let go of everything on the io_context.
  void End() {
    if (server_ != nullptr) server_->Stop();
    if (thread_.joinable()) thread_.join();
  }

  std::string Exchange(const std::string& bytes) {
    Client client(server_->port());
    client.Send(bytes);
    return client.ReadAll();
  }
  std::string Get(const std::string& target) {
    return Exchange("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  }

  HttpServerOptions options_;
  Readiness parts_;
  asio::io_context io_context_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

}  // namespace oneway::observe
