// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>

#include "common/observe/http_stream.h"
#include "tests/unit/common/observe/http_fixture.h"

namespace oneway::observe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers that are not there at once, and such that have no end.
class HttpAsyncTest : public HttpServerTest {
 protected:
  HttpAsyncTest() : released_(io_context_, asio::steady_timer::time_point::max()) {}

  void AddRoutes(HttpServer& server) override {
    server.Route("/wait", [this](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
      co_await released_.async_wait(asio::as_tuple(asio::use_awaitable));
      co_return HttpResponse{.body = "waited, " + request.Parameter("name").value_or("")};
    });
    server.Route("/release", [this](const HttpRequest&) {
      released_.expires_at(asio::steady_timer::time_point::min());
      return HttpResponse{.body = "released"};
    });
    server.Route("/broken-late", [](const HttpRequest&) -> asio::awaitable<HttpResponse> {
      throw std::runtime_error("broken");
      co_return HttpResponse();
    });
    server.Route("/steps", [this](const HttpRequest&) {
      return HttpResponse{.content_type = "text/event-stream",
                          .stream = [this](HttpStream& stream) { return Steps(stream); }};
    });
    server.Route("/flood", [this](const HttpRequest&) {
      return HttpResponse{.stream = [this](HttpStream& stream) { return Flood(stream); }};
    });
    server.Route("/gzip", [](const HttpRequest& request) {
      return HttpResponse{.body = request.accepts_gzip ? "yes" : "no", .fields = {{"X-Kind", "test"}}};
    });
  }

  asio::awaitable<void> Steps(HttpStream& stream) {
    co_await stream.Write("one\n");
    co_await released_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await stream.Write("two\n");
  }

  // Writes until nobody takes it.
  asio::awaitable<void> Flood(HttpStream& stream) {
    const std::string bytes(100'000, 'x');
    bool taken = true;
    while (taken) taken = co_await stream.Write(bytes);
    flood_ended_.set_value(stream.is_broken());
  }

  std::string GetGzip(const std::string& accept) {
    return Exchange("GET /gzip HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept-Encoding: " + accept + "\r\n\r\n");
  }

  asio::steady_timer released_;
  std::promise<bool> flood_ended_;
};

TEST_F(HttpAsyncTest, AHandlerThatWaitsHoldsUpNobodyElse) {
  Start();
  Client waiting(server_->port());
  waiting.Send("GET /wait?name=a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(Get("/hello"), EndsWith("hello nobody"));
  EXPECT_THAT(Get("/release"), EndsWith("released"));
  EXPECT_THAT(waiting.ReadAnswer(), EndsWith("waited, a"));
  waiting.Send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(waiting.ReadAnswer(), EndsWith("hello nobody"));
}

TEST_F(HttpAsyncTest, ACoroutineThatThrowsCostsOneAnswer) {
  Start();
  EXPECT_THAT(Get("/broken-late"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(Get("/hello"), EndsWith("hello nobody"));
}

TEST_F(HttpAsyncTest, AStreamArrivesAsItIsWritten) {
  Start();
  Client client(server_->port());
  client.Send("GET /steps HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string begin = client.ReadUntil("one\n");
  EXPECT_THAT(begin, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(begin, HasSubstr("text/event-stream"));
  EXPECT_THAT(begin, HasSubstr("Connection: close"));
  EXPECT_THAT(begin, Not(HasSubstr("Content-Length")));
  Get("/release");
  EXPECT_EQ(client.ReadAll(), "two\n");
}

TEST_F(HttpAsyncTest, HeadOfAStreamIsItsHeader) {
  Start();
  const std::string answer = Exchange("HEAD /steps HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpAsyncTest, AStreamEndsWhenItsClientGoesAway) {
  Start();
  {
    Client client(server_->port());
    client.Send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
    client.ReadUntil("xxx");
  }
  EXPECT_TRUE(flood_ended_.get_future().get());
}

TEST_F(HttpAsyncTest, AStreamEndsWhenItsClientTakesNothing) {
  options_.idle_timeout = std::chrono::milliseconds(50);
  Start();
  Client stuck(server_->port());
  stuck.Send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(flood_ended_.get_future().get());
}

TEST_F(HttpAsyncTest, StopEndsStreams) {
  Start();
  Client client(server_->port());
  client.Send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadUntil("xxx");
  server_->Stop();
  EXPECT_TRUE(flood_ended_.get_future().get());
}

TEST_F(HttpAsyncTest, ACoroutineThatStillWaitsEndsWithTheIoContext) {
  Start();
  Client client(server_->port());
  client.Send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  Get("/hello");
  server_->Stop();
  EXPECT_EQ(client.ReadAll(), "");
  io_context_.stop();
}

TEST_F(HttpAsyncTest, TellsHandlersWhetherAnAnswerMayBeCompressed) {
  Start();
  for (const char* accept : {"gzip", "deflate, GZIP", "br;q=1, gzip;q=0.5", "gzip;q=1.0"}) {
    EXPECT_THAT(GetGzip(accept), EndsWith("yes")) << accept;
  }
  for (const char* accept : {"", "identity", "gzip;q=0", "gzip; q=0.0", "x-gzipped"}) {
    EXPECT_THAT(GetGzip(accept), EndsWith("no")) << accept;
  }
  EXPECT_THAT(GetGzip("gzip"), HasSubstr("X-Kind: test\r\n"));
}

}  // namespace
}  // namespace oneway::observe
