// SPDX-License-Identifier: Apache-2.0
// Serving: routes, connections, start and stop, and the probes.
#include "tests/unit/common/observe/http_fixture.h"

namespace oneway::observe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
