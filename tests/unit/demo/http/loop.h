// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace oneway::demo {

// An io_context on the test's own thread: servers, clients and the test take turns, so that nothing needs a lock.
class Loop {
 public:
  boost::asio::io_context& io_context() { return io_context_; }

  // Runs until `is_so`; what does not come in 20 s fails the test.
  void RunUntil(const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_so()) {
      io_context_.restart();
      if (io_context_.run_one_until(deadline) > 0) continue;
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited 20 s for what did not come";
    }
  }

  // Runs until the coroutine has returned, and gives what it returned.
  template <typename Value>
  Value Await(boost::asio::awaitable<Value> coroutine) {
    std::optional<Value> result;
    boost::asio::co_spawn(io_context_, std::move(coroutine), [&](std::exception_ptr error, Value value) {
      EXPECT_EQ(error, nullptr);
      result.emplace(std::move(value));
    });
    RunUntil([&] { return result.has_value(); });
    return std::move(*result);
  }

 private:
  boost::asio::io_context io_context_{1};
};

}  // namespace oneway::demo
