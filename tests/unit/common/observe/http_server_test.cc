// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/observe/health_routes.h"

namespace oneway::observe {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

  void Start() {
    server_ = std::make_unique<HttpServer>(io_context_, options_);
    server_->Route("/hello", [](const HttpRequest& request) {
      return HttpResponse{.body = "hello " + request.Parameter("name").value_or("nobody")};
    });
    server_->Route("/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); });
    server_->Route("/large", [](const HttpRequest&) { return HttpResponse{.body = std::string(3'000'000, 'x')}; });
    AddHealthRoutes(*server_, [this] { return parts_; });
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

TEST_F(HttpServerTest, AnswersARouteWithItsParameters) {
  Start();
  EXPECT_EQ(Get("/hello?a=b&name=J%C3%B6+rn%2"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
            "Content-Length: 14\r\n\r\nhello J\xC3\xB6 rn%2");
}

TEST_F(HttpServerTest, AnUnknownPathNamesTheKnownOnes) {
  Start();
  const std::string answer = Get("/nothing");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(answer, EndsWith("nothing here; try /broken /hello /large /livez /readyz\n"));
}

TEST_F(HttpServerTest, HeadIsAnsweredLikeGetWithoutTheBody) {
  Start();
  const std::string answer = Exchange("HEAD /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, EndsWith("Content-Length: 12\r\n\r\n"));
}

TEST_F(HttpServerTest, OtherMethodsAreRefused) {
  Start();
  const std::string answer = Exchange("DELETE /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
}

TEST_F(HttpServerTest, BodiesAreRefusedAndTheAnswerArrivesAllTheSame) {
  Start();
  const std::string body(100'000, 'x');
  EXPECT_THAT(Exchange("GET /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + body),
              StartsWith("HTTP/1.1 413 Payload Too Large\r\n"));
  EXPECT_THAT(Exchange("GET /hello HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 Payload Too Large\r\n"));
}

TEST_F(HttpServerTest, OneConnectionServesManyRequests) {
  Start();
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /hello?name=" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.ReadAnswer(), EndsWith("hello " + std::to_string(i)));
  }
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /hello?name=" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  Client client(server_->port());
  client.Send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_THAT(client.ReadAnswer(), EndsWith("hello " + std::to_string(i)));
}

TEST_F(HttpServerTest, ARequestMayArriveInPieces) {
  Start();
  Client client(server_->port());
  for (const char* piece : {"GE", "T /hello HT", "TP/1.1\r\nHost", ": h\r\n\r", "\n"}) client.Send(piece);
  EXPECT_THAT(client.ReadAnswer(), EndsWith("hello nobody"));
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  Start();
  EXPECT_THAT(Get("/large").size(), testing::Gt(3'000'000u));
}

TEST_F(HttpServerTest, AnOlderClientIsServedAndDisconnected) {
  Start();
  EXPECT_THAT(Exchange("GET /hello HTTP/1.0\r\n\r\n"), EndsWith("hello nobody"));
}

TEST_F(HttpServerTest, MalformedRequestsAreRefused) {
  Start();
  for (const char* bytes :
       {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET /hello HTTP/9.9\r\n\r\n", "GET /hello HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /hello HTTP/1.1\r\nContent-Length: x\r\n\r\n"}) {
    EXPECT_THAT(Exchange(bytes), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bytes;
  }
  EXPECT_THAT(Get("/hello"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, AHeaderBeyondItsBoundIsRefused) {
  Start();
  for (const size_t bytes : {9'000, 200'000}) {
    EXPECT_THAT(Exchange("GET /hello HTTP/1.1\r\nX: " + std::string(bytes, 'x') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "))
        << bytes;
  }
  EXPECT_THAT(Exchange("GET /hello HTTP/1.1\r\nConnection: close\r\nX: " + std::string(7'900, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, AClientThatGoesAwayMidRequestIsForgotten) {
  Start();
  Client client(server_->port());
  client.Send("GET /hello HT");
  client.EndOfInput();
  EXPECT_EQ(client.ReadAll(), "");
}

TEST_F(HttpServerTest, ASlowClientIsDisconnected) {
  options_.idle_timeout = std::chrono::milliseconds(50);
  Start();
  Client silent(server_->port());
  Client unfinished(server_->port());
  unfinished.Send("GET /hello HTTP/1.1\r\n");
  EXPECT_EQ(silent.ReadAll(), "");
  EXPECT_EQ(unfinished.ReadAll(), "");
}

TEST_F(HttpServerTest, AClientThatTakesNoAnswerIsDisconnected) {
  options_.idle_timeout = std::chrono::milliseconds(50);
  options_.connections_max = 1;
  Start();
  Client stuck(server_->port());
  for (int i = 0; i < 10; ++i) stuck.Send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  // Its place becomes free only when the server gives it up.
  std::string answer;
  while (answer.find("200 OK") == std::string::npos) answer = Get("/hello");
  EXPECT_THAT(answer, EndsWith("hello nobody"));
}

TEST_F(HttpServerTest, ConnectionsBeyondTheBoundAreRefused) {
  options_.connections_max = 2;
  Start();
  Client first(server_->port());
  auto second = std::make_unique<Client>(server_->port());
  for (Client* client : {&first, second.get()}) {
    client->Send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    client->ReadAnswer();  // now it is counted
  }
  Client third(server_->port());
  EXPECT_EQ(
      third.ReadAll(),
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n\r\ntoo many connections\n");
  second.reset();
  std::string answer;
  while (answer.find("200 OK") == std::string::npos) answer = Get("/hello");
  first.Send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(first.ReadAnswer(), EndsWith("hello nobody"));
}

TEST_F(HttpServerTest, AHandlerThatThrowsCostsOneAnswer) {
  Start();
  EXPECT_THAT(Get("/broken"), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(Get("/broken"), Not(HasSubstr("runtime")));
  EXPECT_THAT(Get("/hello"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, ATakenPortIsNamedWithItsFlag) {
  Start();
  const std::string address = "127.0.0.1:" + std::to_string(server_->port());
  HttpServer second(io_context_, {.listen = address, .flag = "--http-listen"});
  EXPECT_EQ(std::string(second.Start().message()),
            "cannot listen on " + address + ": Address already in use; choose another address with --http-listen");
}

TEST_F(HttpServerTest, AnAddressThatIsNoneIsNamedWithItsFlag) {
  HttpServer server(io_context_, {.listen = "localhost"});
  EXPECT_THAT(std::string(server.Start().message()), StartsWith("--http-listen: `localhost` has no port"));
  HttpServer elsewhere(io_context_, {.listen = "192.0.2.1:0"});  // reserved for documentation, so not ours
  EXPECT_THAT(std::string(elsewhere.Start().message()), StartsWith("cannot listen on 192.0.2.1:0: "));
}

TEST_F(HttpServerTest, NamesAreResolved) {
  options_.listen = "localhost:0";
  server_ = std::make_unique<HttpServer>(io_context_, options_);
  EXPECT_TRUE(server_->Start().ok());
  EXPECT_NE(server_->port(), 0);
  thread_ = std::thread([this] { io_context_.run(); });
}

TEST_F(HttpServerTest, StopClosesOpenConnectionsAndThePort) {
  Start();
  const uint16_t port = server_->port();
  Client client(port);
  client.Send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadAnswer();
  End();
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_THROW(Client late(port), boost::system::system_error);
}

TEST_F(HttpServerTest, MayBeDestroyedBeforeTheIoContextEverRan) {
  {
    HttpServer server(io_context_, options_);
    ASSERT_TRUE(server.Start().ok());
  }
  io_context_.run();
}

TEST_F(HttpServerTest, LivezAnswersWhateverTheReadiness) {
  parts_ = {{.name = "journal", .ready = false, .reason = "restoring"}};
  Start();
  EXPECT_THAT(Get("/livez"), EndsWith("\r\n\r\nok\n"));
}

TEST_F(HttpServerTest, ReadyzIsReadyWhenEveryPartIs) {
  parts_ = {{.name = "journal", .ready = true}, {.name = "joiner-1", .ready = true, .reason = "epoch 0"}};
  Start();
  EXPECT_THAT(Get("/readyz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Get("/readyz"), EndsWith("\r\n\r\nready\n"));
  EXPECT_THAT(Get("/readyz?verbose"), EndsWith("\r\n\r\n[+] journal\n[+] joiner-1: epoch 0\nready\n"));
}

TEST_F(HttpServerTest, ReadyzTellsWhyNot) {
  parts_ = {{.name = "journal", .ready = false, .reason = "restoring"},
            {.name = "port", .ready = true},
            {.name = "joiner-1", .ready = false, .reason = "not connected"}};
  Start();
  EXPECT_THAT(Get("/readyz"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Get("/readyz"), EndsWith("\r\n\r\nnot ready: journal: restoring; joiner-1: not connected\n"));
  EXPECT_THAT(Get("/readyz?verbose"), HasSubstr("[-] journal: restoring\n[+] port\n[-] joiner-1: not connected\nnot"));
}

}  // namespace
}  // namespace oneway::observe
