// SPDX-License-Identifier: Apache-2.0
// Clients that are wrong, greedy or slow.
#include "tests/unit/common/observe/http_fixture.h"

namespace oneway::observe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

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

}  // namespace
}  // namespace oneway::observe
