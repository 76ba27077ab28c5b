// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "demo/http/address.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace oneway::demo::http {

// A request to make.
struct Post {
  std::string target;  // path and query
  std::string body = {};
};

struct PostQueueOptions {
  std::string name;  // of the server, for the log
  Address server = {};
  size_t connections = 4;       // requests on their way at a time
  size_t waiting_max = 20'000;  // further ones are dropped
  uint32_t attempts_max = 0;    // for one request; 0 = until the server has answered
  std::chrono::nanoseconds answer_wait_max = std::chrono::seconds(2);
  std::chrono::nanoseconds backoff_min = std::chrono::milliseconds(50);  // wait after a failure, doubled after each
  std::chrono::nanoseconds backoff_max = std::chrono::seconds(1);        // further one
};

// What became of requests: queued = answered + refused + given_up + waiting.
struct PostFigures {
  uint64_t queued = 0;
  uint64_t answered = 0;  // 2xx
  uint64_t refused = 0;   // 4xx: another try would not help
  uint64_t given_up = 0;  // after attempts_max
  uint64_t waiting = 0;   // not answered yet
  uint64_t retries = 0;   // attempts that were not the first of their request
  uint64_t dropped = 0;   // never queued: waiting_max
};

// Posts requests to one server, in order but for retries, over kept connections. While the server is away the queue
// grows up to its bound and nothing is lost; then it drops and says so. A request may reach the server more than once:
// it was there, but the answer was not.
//
// Threading: all of it before the io_context runs, or on the one thread that runs it. The io_context outlives it.
class PostQueue {
 public:
  PostQueue(boost::asio::io_context& io_context, const PostQueueOptions& options);
  // Stops.
  ~PostQueue();
  PostQueue(const PostQueue&) = delete;
  PostQueue& operator=(const PostQueue&) = delete;

  // False when the queue is full, and the request is dropped.
  bool Push(Post post);
  // Gives up all that waits. May be repeated.
  void Stop();

  PostFigures figures() const;

 private:
  class State;
  // Shared with the coroutines that carry, which may end after the queue.
  const std::shared_ptr<State> state_;
};

}  // namespace oneway::demo::http
