// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "common/api/tail_feed.h"
#include "common/time/time.h"

namespace oneway::api {

// What all subscribers hear of, each an event of its own name.
enum class Topic { kStats, kTotals, kOverdue, kCluster };
inline constexpr size_t kTopics = 4;

// Bytes of an event stream, shared by all that send them.
using Frame = std::shared_ptr<const std::string>;

// An event as text/event-stream writes it: `data` is one line.
std::string EventText(std::string_view name, std::string_view data);
// The event that tells why `topic` is silent: {"topic":"stats","error":"..."}.
std::string ProblemText(std::string_view topic, const absl::Status& why);

// What one subscriber has not been sent yet. Of each topic only the newest frame waits, and of the tail a bounded
// number of bytes: one that reads slowly misses frames, and holds no more than these. Threading: owned by the
// io_context's thread.
class Subscription {
 public:
  // Without news for so long, a comment shows that the connection is alive.
  static constexpr Duration kHeartbeatInterval = std::chrono::seconds(10);

  explicit Subscription(boost::asio::any_io_executor executor) : news_(std::move(executor)) {}
  // Ends the tail.
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // Makes `frame` the newest of its topic.
  void Put(Topic topic, Frame frame);
  // Also tells what `feed` has; its news wake this. Once.
  void Follow(std::shared_ptr<TailFeed> feed) { tail_ = std::move(feed); }
  void Wake();
  // Nothing comes any more.
  void Close();

  // Waits for news and takes them. Empty: closed. One caller at a time.
  boost::asio::awaitable<std::string> Next();

 private:
  std::string TakeAll();
  std::string TakeTail();

  boost::asio::steady_timer news_;  // cancelled when there are some
  std::array<Frame, kTopics> newest_;
  std::shared_ptr<TailFeed> tail_;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace oneway::api
