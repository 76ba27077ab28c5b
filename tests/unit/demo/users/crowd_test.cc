// SPDX-License-Identifier: Apache-2.0
#include "demo/users/crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "demo/http/server.h"
#include "tests/unit/demo/http/loop.h"

namespace oneway::demo::users {
namespace {

using testing::MatchesRegex;

class CrowdTest : public testing::Test {
 protected:
  CrowdTest() : server_(loop_.io_context(), {}) {
    for (const char* path : {"/triggerTask", "/messages", "/typing", "/seen"}) {
      server_.RoutePost(path, [this](const http::Request& request) {
        ++posts_[std::string(request.path)];
        queries_[std::string(request.path)] = request.query;
        return http::Response{.status = 202};
      });
    }
    EXPECT_TRUE(server_.Start().ok());
    const http::PostQueueOptions options{.name = "the server", .server = {.port = server_.port()}};
    tasks_.emplace(loop_.io_context(), options);
    messaging_.emplace(loop_.io_context(), options);
  }

  Loop loop_;
  http::Server server_;
  std::optional<http::PostQueue> tasks_, messaging_;
  std::map<std::string, int> posts_;
  std::map<std::string, std::string> queries_;  // the last of each path
};

TEST_F(CrowdTest, DoesEverythingThatPeopleDo) {
  const Crowd crowd(loop_.io_context(), *tasks_, *messaging_, {.tasks_per_second = 200, .messages_per_second = 200}, 1);
  loop_.RunUntil([&] {
    return posts_["/triggerTask"] > 5 && posts_["/messages"] > 5 && posts_["/typing"] > 5 && posts_["/seen"] > 5;
  });
  EXPECT_THAT(queries_["/messages"], MatchesRegex("from=user-[0-9]+&to=user-[0-9]+"));
  EXPECT_THAT(queries_["/typing"], MatchesRegex("from=user-[0-9]+&to=user-[0-9]+"));
  EXPECT_THAT(queries_["/seen"], MatchesRegex("to=user-[0-9]+"));
}

TEST_F(CrowdTest, KeepsToItsRate) {
  const Crowd crowd(loop_.io_context(), *tasks_, *messaging_, {.tasks_per_second = 500, .messages_per_second = 0}, 3);
  const auto began = std::chrono::steady_clock::now();
  loop_.RunUntil([&] { return tasks_->figures().queued >= 500; });
  // 500 of a Poisson process of 500/s take 1 s, give or take 45 ms; a slow machine may add to that.
  EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(700));
  EXPECT_EQ(messaging_->figures().queued, 0u);
}

}  // namespace
}  // namespace oneway::demo::users
