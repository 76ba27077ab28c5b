// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/common/api/gateway_fixture.h"

namespace oneway::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class EventsTest : public GatewayTest {
 protected:
  // From the first event of the name to its end.
  static std::string Event(observe::Client& client, const std::string& name) {
    client.ReadUntil("event: " + name + "\ndata: ");
    return client.ReadUntil("\n\n");
  }
};

TEST_F(EventsTest, EveryTopicComesAgainAndAgain) {
  v1::FlowStats& flow = *query_.stats.add_flows();
  flow.set_flow("push");
  flow.mutable_latency()->add_bucket_index(1);
  flow.mutable_open_ages()->add_bucket_index(7);
  Serve();
  const auto client = Subscribe();
  EXPECT_THAT(client->ReadUntil("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Type: text/event-stream")));
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(Event(*client, "stats"),
                AllOf(HasSubstr(R"("flow":"push")"), HasSubstr(R"("open_ages":{"bucket_index":[7])"),
                      Not(HasSubstr(R"("latency")"))));
    EXPECT_THAT(Event(*client, "cluster"), HasSubstr("joiner-0"));
  }
  EXPECT_THAT(Event(*client, "overdue"), HasSubstr(R"("count":"50")"));
  EXPECT_THAT(Event(*client, "totals"), HasSubstr("push"));
}

TEST_F(EventsTest, TheClusterIsAskedOnceForAll) {
  hub_options_.interval = std::chrono::hours(1);
  Serve();
  std::vector<std::unique_ptr<observe::Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(Subscribe());
    clients.back()->ReadUntil("retry: ");  // now it is counted
  }
  Event(*clients.front(), "stats");
  EXPECT_EQ(query_.stats_asked, 1);
}

TEST_F(EventsTest, NobodyIsAskedWhenNobodyWatches) {
  Serve();
  { Event(*Subscribe(), "stats"); }
  // The server notices at the next frame that the client is gone; then no more questions come.
  int asked = -1;
  while (asked != query_.stats_asked) {
    asked = query_.stats_asked;
    const auto quiet_until = std::chrono::steady_clock::now() + 20 * hub_options_.interval;
    while (asked == query_.stats_asked && std::chrono::steady_clock::now() < quiet_until) Get("/hello");
  }
  // The first may be one that is left from before.
  const auto again = Subscribe();
  while (asked == query_.stats_asked) EXPECT_THAT(Event(*again, "stats"), HasSubstr("flows"));
}

TEST_F(EventsTest, SubscribersBeyondTheBoundAreRefused) {
  hub_options_.subscribers_max = 2;
  Serve();
  auto first = Subscribe();
  const auto second = Subscribe();
  for (observe::Client* client : {first.get(), second.get()}) client->ReadUntil("retry: ");
  EXPECT_THAT(Get("/api/v1/events"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("has 2 subscribers already")));
  first.reset();
  std::unique_ptr<observe::Client> third;
  std::string head;
  while (head.find("200 OK") == std::string::npos) {
    third = Subscribe();
    head = third->ReadUntil("\r\n");
  }
}

TEST_F(EventsTest, ATailIsSentToWhomAskedForIt) {
  Serve();
  const auto tail = Subscribe("?tail=all&flow=push");
  EXPECT_THAT(Event(*tail, "tail"), HasSubstr(R"("flow":"push")"));
  EXPECT_EQ(query_.tails_open, 1);
  const auto plain = Subscribe();
  Event(*plain, "stats");
  EXPECT_THAT(Event(*plain, "stats"), Not(HasSubstr("decisions")));
  EXPECT_EQ(query_.tails_open, 1);
}

TEST_F(EventsTest, ATailEndsWithItsSubscriber) {
  hub_options_.tails_max = 1;
  Serve();
  auto tail = Subscribe("?tail");
  Event(*tail, "tail");
  EXPECT_THAT(Get("/api/v1/events?tail"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("1 live tails already")));
  tail.reset();
  while (query_.tails_open > 0) std::this_thread::yield();
  std::string head;
  while (head.find("200 OK") == std::string::npos) head = Subscribe("?tail")->ReadUntil("\r\n");
}

TEST_F(EventsTest, ATailThatEndsSaysWhyAndTheBrowserComesBack) {
  query_.status = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "per_second_max is too large");
  query_.tail_replies = 0;
  hub_options_.interval = std::chrono::hours(1);
  Serve();
  EXPECT_THAT(Subscribe("?tail")->ReadAll(),
              HasSubstr("event: problem\ndata: {\"topic\":\"tail\",\"error\":\"per_second_max is too large\"}"));
}

TEST_F(EventsTest, WhatIsNotTakenInTimeIsDroppedAndCounted) {
  query_.tail_replies = 200;
  query_.tail_key_bytes = 50'000;
  Serve();
  const auto client = Subscribe("?tail");
  // It reads nothing until all has been said; buffers of the kernel do not hold 13 MB.
  while (query_.tail_written < query_.tail_replies) std::this_thread::yield();
  EXPECT_THAT(client->ReadUntil(R"("passed_over":"199")"), HasSubstr("event: skipped\ndata: {\"replies\":"));
}

TEST_F(EventsTest, AProblemIsToldAndEndsByItself) {
  Start();
  const auto client = Subscribe();
  EXPECT_THAT(Event(*client, "problem"), HasSubstr("/readyz?verbose"));
  Connect();
  EXPECT_THAT(Event(*client, "cluster"), HasSubstr("joiner-0"));
}

TEST_F(EventsTest, StopEndsAllStreams) {
  Serve();
  const auto client = Subscribe("?tail");
  Event(*client, "stats");
  gateway_->Stop();
  client->ReadAll();
  while (query_.tails_open > 0) std::this_thread::yield();
  EXPECT_THAT(Get("/api/v1/events"), StartsWith("HTTP/1.1 503 "));
}

}  // namespace
}  // namespace oneway::api
