// SPDX-License-Identifier: Apache-2.0
//
// Front end, dispatcher and gateways together, over HTTP on loopback, on the test's own thread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "demo/http/client.h"
#include "demo/push/dispatcher.h"
#include "demo/push/front_end.h"
#include "demo/push/gateway.h"
#include "tests/unit/demo/http/loop.h"

namespace oneway::demo::push {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kApnsUser = "user-2";
const std::string kGcmUser = "user-1";

// Keeps what began and ended, by "flow id".
class RecordingTracking final : public Tracking {
 public:
  void Started(Flow flow, const std::string& id, Service service) override {
    started.emplace(std::string(NameOf(flow)) + " " + id, service);
  }
  void Ended(Flow flow, const std::string& id) override { ++ended[std::string(NameOf(flow)) + " " + id]; }

  std::map<std::string, Service> started;
  std::map<std::string, int> ended;
};

// A gateway's process, as far as it needs one.
struct RunningGateway {
  RunningGateway(Loop& loop, const http::Address& listen, Tracking& tracking, const DeliveryPlan& plan)
      : server(loop.io_context(), {.listen = listen}),
        gateway(loop.io_context(), tracking, [plan](Flow) { return plan; }) {
    gateway.AddRoutes(server);
    EXPECT_TRUE(server.Start().ok());
  }
  http::Server server;
  Gateway gateway;
};

class MessagingTest : public testing::Test {
 protected:
  MessagingTest() {
    for (const Service service : {Service::kApns, Service::kGcm}) StartGateway(service);
    server_.emplace(loop_.io_context(), http::ServerOptions{});
    queue_options_.connections = 2;
    queue_options_.answer_wait_max = std::chrono::seconds(10);
    queue_options_.backoff_min = milliseconds(1);
    queue_options_.backoff_max = milliseconds(4);
  }

  // On the port that it had before, if any.
  void StartGateway(Service service) {
    const auto index = static_cast<size_t>(service);
    gateways_[index] = std::make_unique<RunningGateway>(loop_, addresses_[index], tracking_, plan_);
    addresses_[index].port = gateways_[index]->server.port();
  }
  void StopGateway(Service service) { gateways_[static_cast<size_t>(service)].reset(); }

  void Start() {
    Dispatcher::Gateways gateways{queue_options_, queue_options_};
    for (size_t i = 0; i < gateways.size(); ++i) gateways[i].server = addresses_[i];
    dispatcher_.emplace(loop_.io_context(), gateways);
    front_end_.emplace(*dispatcher_, tracking_);
    front_end_->AddRoutes(*server_);
    ASSERT_TRUE(server_->Start().ok());
    client_.emplace(loop_.io_context(), http::Address{.port = server_->port()}, std::chrono::seconds(10));
  }

  http::Response Post(const std::string& target) {
    const auto answer = loop_.Await(client_->Post(target, "hello"));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.value_or(http::Response{});
  }
  void WaitForEnds(size_t flows) {
    loop_.RunUntil([&] { return tracking_.ended.size() >= flows; });
  }
  void ExpectEachStartEndedOnce() {
    EXPECT_EQ(tracking_.ended.size(), tracking_.started.size());
    for (const auto& [flow, ends] : tracking_.ended) {
      EXPECT_TRUE(tracking_.started.contains(flow)) << flow;
      EXPECT_EQ(ends, 1) << flow;
    }
  }
  http::PostFigures Figures(Service service) const { return dispatcher_->figures(service); }

  Loop loop_;
  RecordingTracking tracking_;
  DeliveryPlan plan_ = {milliseconds(1)};
  http::PostQueueOptions queue_options_;
  std::array<http::Address, 2> addresses_;
  std::array<std::unique_ptr<RunningGateway>, 2> gateways_;
  std::optional<http::Server> server_;
  std::optional<Dispatcher> dispatcher_;
  std::optional<FrontEnd> front_end_;
  std::optional<http::Client> client_;
};

TEST_F(MessagingTest, TheTestsUsersHaveDifferentPhones) {
  EXPECT_EQ(FrontEnd::PhoneOf(kApnsUser), Service::kApns);
  EXPECT_EQ(FrontEnd::PhoneOf(kGcmUser), Service::kGcm);
  int apns = 0;
  for (int i = 0; i < 1'000; ++i) apns += FrontEnd::PhoneOf("user-" + std::to_string(i)) == Service::kApns ? 1 : 0;
  EXPECT_NEAR(apns, 500, 100);
}

TEST_F(MessagingTest, AMessageIsAnsweredAtOnceAndBecomesADeliveryAndAPush) {
  Start();
  StopGateway(Service::kApns);
  const http::Response answer = Post("/messages?from=" + kGcmUser + "&to=" + kApnsUser);
  EXPECT_EQ(answer.status, 202u);
  ASSERT_EQ(tracking_.started.size(), 2u);
  EXPECT_EQ(tracking_.started.at("push " + answer.body), Service::kApns);
  StartGateway(Service::kApns);
  WaitForEnds(2);
  ExpectEachStartEndedOnce();
  EXPECT_EQ(Figures(Service::kApns).answered, 2u);
  EXPECT_EQ(Figures(Service::kGcm).queued, 0u);
}

TEST_F(MessagingTest, TypingAndReceiptsGoToThePhoneOfTheirReader) {
  Start();
  const std::string typing = Post("/typing?from=" + kApnsUser + "&to=" + kGcmUser).body;
  const std::string seen = Post("/seen?to=" + kApnsUser).body;
  EXPECT_EQ(tracking_.started.at("typing-indicator " + typing), Service::kGcm);
  EXPECT_EQ(tracking_.started.at("seen-receipt " + seen), Service::kApns);
  WaitForEnds(2);
  ExpectEachStartEndedOnce();
}

TEST_F(MessagingTest, RequestsThatLackSomethingStartNothing) {
  Start();
  for (const char* target :
       {"/messages", "/messages?to=ben", "/messages?from=ana", "/typing?from=ana&to=b%20n", "/seen", "/seen?to="}) {
    const http::Response answer = Post(target);
    EXPECT_EQ(answer.status, 400u) << target;
    EXPECT_THAT(answer.body, HasSubstr("to in the query"));
  }
  EXPECT_THAT(tracking_.started, IsEmpty());
}

TEST_F(MessagingTest, AGatewayThatIsAwayLosesNothingAndDoesNotHoldUpTheOther) {
  Start();
  StopGateway(Service::kApns);
  for (int i = 0; i < 5; ++i) {
    Post("/seen?to=" + kApnsUser);
    Post("/seen?to=" + kGcmUser);
  }
  WaitForEnds(5);
  EXPECT_EQ(Figures(Service::kGcm).answered, 5u);
  EXPECT_EQ(Figures(Service::kApns).waiting, 5u);
  EXPECT_EQ(dispatcher_->waiting(), 5u);
  StartGateway(Service::kApns);
  WaitForEnds(10);
  ExpectEachStartEndedOnce();
}

TEST_F(MessagingTest, AQueueThatIsFullDropsAndTheAnswerIs202AllTheSame) {
  queue_options_.waiting_max = 2;
  Start();
  StopGateway(Service::kApns);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Post("/seen?to=" + kApnsUser).status, 202u);
  EXPECT_EQ(Figures(Service::kApns).dropped, 1u);
  StartGateway(Service::kApns);
  WaitForEnds(2);
  EXPECT_EQ(tracking_.started.size(), 3u);
}

TEST_F(MessagingTest, ADeliveryThatComesAgainIsBroughtOnce) {
  Start();
  http::Client dispatcher(loop_.io_context(), addresses_[0], std::chrono::seconds(10));
  const http::Post post = Delivery{.flow = Flow::kPush, .id = "push-7", .to = "ben"}.ToPost();
  for (int i = 0; i < 3; ++i) {
    const auto answer = loop_.Await(dispatcher.Post(post.target, post.body));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 202u);
  }
  loop_.RunUntil([&] { return gateways_[0]->gateway.pending() == 0; });
  EXPECT_THAT(tracking_.ended, ElementsAre(std::pair("push push-7", 1)));
}

TEST_F(MessagingTest, ADeliveryMayEndTwiceOrNever) {
  plan_ = {milliseconds(1), milliseconds(2)};
  StopGateway(Service::kApns);
  StartGateway(Service::kApns);
  plan_ = {};
  StopGateway(Service::kGcm);
  StartGateway(Service::kGcm);
  Start();
  Post("/seen?to=" + kGcmUser);
  const std::string twice = Post("/seen?to=" + kApnsUser).body;
  loop_.RunUntil([&] { return tracking_.ended["seen-receipt " + twice] == 2; });
  loop_.RunUntil([&] { return dispatcher_->waiting() == 0; });
  EXPECT_EQ(gateways_[1]->gateway.pending(), 0u);
  EXPECT_EQ(tracking_.ended.size(), 1u);
}

TEST_F(MessagingTest, AGatewayRefusesWhatIsNoDelivery) {
  http::Client dispatcher(loop_.io_context(), addresses_[0], std::chrono::seconds(10));
  for (const char* query : {"", "?flow=push&id=1", "?flow=task&id=1&to=ben", "?flow=push&id=&to=ben"}) {
    const auto answer = loop_.Await(dispatcher.Post(std::string(Delivery::kPath) + query, ""));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 400u) << query;
  }
  EXPECT_THAT(tracking_.ended, IsEmpty());
}

}  // namespace
}  // namespace oneway::demo::push
