// SPDX-License-Identifier: Apache-2.0
#include "demo/http/post_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "demo/http/server.h"
#include "tests/unit/demo/http/loop.h"

namespace oneway::demo::http {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class PostQueueTest : public testing::Test {
 protected:
  PostQueueTest() {
    options_.name = "the server";
    options_.connections = 1;
    options_.answer_wait_max = std::chrono::seconds(10);
    options_.backoff_min = std::chrono::milliseconds(1);
    options_.backoff_max = std::chrono::milliseconds(4);
  }

  // Listens on the port it had before, if there was one.
  void StartServer() {
    server_.emplace(loop_.io_context(), ServerOptions{.listen = options_.server});
    server_->RoutePost("/a", [this](const Request& request) {
      bodies_.emplace_back(request.body);
      return Response{.status = status_};
    });
    ASSERT_TRUE(server_->Start().ok());
    options_.server.port = server_->port();
  }

  void WaitFor(uint64_t PostFigures::*figure, uint64_t at_least) {
    loop_.RunUntil([&] { return queue_->figures().*figure >= at_least; });
  }

  Loop loop_;
  PostQueueOptions options_;
  std::optional<Server> server_;
  std::optional<PostQueue> queue_;
  std::vector<std::string> bodies_;  // that the server was posted
  unsigned status_ = 202;
};

TEST_F(PostQueueTest, PostsInOrder) {
  StartServer();
  queue_.emplace(loop_.io_context(), options_);
  for (const char* body : {"1", "2", "3"}) EXPECT_TRUE(queue_->Push({.target = "/a", .body = body}));
  WaitFor(&PostFigures::answered, 3);
  EXPECT_THAT(bodies_, ElementsAre("1", "2", "3"));
  EXPECT_EQ(queue_->figures().waiting, 0u);
  EXPECT_EQ(queue_->figures().retries, 0u);
}

TEST_F(PostQueueTest, IsWokenByWhatComesLater) {
  StartServer();
  options_.connections = 3;
  queue_.emplace(loop_.io_context(), options_);
  for (uint64_t i = 1; i <= 5; ++i) {
    queue_->Push({.target = "/a", .body = std::to_string(i)});
    WaitFor(&PostFigures::answered, i);
  }
  EXPECT_THAT(bodies_, ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(PostQueueTest, KeepsAllWhileTheServerIsAway) {
  StartServer();
  server_.reset();
  options_.connections = 2;
  queue_.emplace(loop_.io_context(), options_);
  for (const char* body : {"1", "2", "3", "4"}) queue_->Push({.target = "/a", .body = body});
  WaitFor(&PostFigures::retries, 4);
  EXPECT_EQ(queue_->figures().waiting, 4u);
  StartServer();
  WaitFor(&PostFigures::answered, 4);
  EXPECT_THAT(bodies_, UnorderedElementsAre("1", "2", "3", "4"));
}

TEST_F(PostQueueTest, ASilentServerIsTriedAgain) {
  // Takes connections, as far as the system does, and never answers, like a process that is stopped.
  std::optional<boost::asio::ip::tcp::acceptor> silent;
  silent.emplace(loop_.io_context(),
                 boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), uint16_t{0}));
  options_.server.port = silent->local_endpoint().port();
  options_.answer_wait_max = std::chrono::milliseconds(10);
  queue_.emplace(loop_.io_context(), options_);
  queue_->Push({.target = "/a", .body = "1"});
  WaitFor(&PostFigures::retries, 2);
  EXPECT_EQ(queue_->figures().waiting, 1u);
  silent.reset();
  StartServer();
  WaitFor(&PostFigures::answered, 1);
  EXPECT_EQ(bodies_.front(), "1");
}

TEST_F(PostQueueTest, AServerThatIsTooBusyIsTriedAgain) {
  StartServer();
  status_ = 503;
  queue_.emplace(loop_.io_context(), options_);
  queue_->Push({.target = "/a", .body = "1"});
  WaitFor(&PostFigures::retries, 3);
  status_ = 202;
  WaitFor(&PostFigures::answered, 1);
}

TEST_F(PostQueueTest, ARefusalIsFinal) {
  StartServer();
  status_ = 400;
  queue_.emplace(loop_.io_context(), options_);
  queue_->Push({.target = "/a", .body = "1"});
  WaitFor(&PostFigures::refused, 1);
  EXPECT_EQ(queue_->figures().waiting, 0u);
  EXPECT_EQ(queue_->figures().retries, 0u);
  EXPECT_THAT(bodies_, ElementsAre("1"));
}

TEST_F(PostQueueTest, GivesUpAfterSoManyAttempts) {
  StartServer();
  server_.reset();
  options_.attempts_max = 3;
  queue_.emplace(loop_.io_context(), options_);
  queue_->Push({.target = "/a", .body = "1"});
  WaitFor(&PostFigures::given_up, 1);
  EXPECT_EQ(queue_->figures().retries, 2u);
  EXPECT_EQ(queue_->figures().waiting, 0u);
}

TEST_F(PostQueueTest, AFullQueueDropsAndCounts) {
  StartServer();
  server_.reset();
  options_.waiting_max = 2;
  queue_.emplace(loop_.io_context(), options_);
  EXPECT_TRUE(queue_->Push({.target = "/a", .body = "1"}));
  EXPECT_TRUE(queue_->Push({.target = "/a", .body = "2"}));
  EXPECT_FALSE(queue_->Push({.target = "/a", .body = "3"}));
  // Also when the first is on its way already.
  WaitFor(&PostFigures::retries, 1);
  EXPECT_FALSE(queue_->Push({.target = "/a", .body = "4"}));
  StartServer();
  WaitFor(&PostFigures::answered, 2);
  EXPECT_TRUE(queue_->Push({.target = "/a", .body = "5"}));
  WaitFor(&PostFigures::answered, 3);
  EXPECT_THAT(bodies_, ElementsAre("1", "2", "5"));
  EXPECT_EQ(queue_->figures().dropped, 2u);
}

TEST_F(PostQueueTest, MayBeDestroyedWhileItTries) {
  StartServer();
  server_.reset();
  queue_.emplace(loop_.io_context(), options_);
  queue_->Push({.target = "/a", .body = "1"});
  WaitFor(&PostFigures::retries, 1);
  queue_.reset();
  // Its coroutines end by themselves.
  loop_.io_context().restart();
  loop_.io_context().run();
}

}  // namespace
}  // namespace oneway::demo::http
