// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/api/query_client.h"
#include "common/api/requests.h"
#include "common/api/subscription.h"

namespace oneway::api {

// Asks the cluster once a second for all who watch it, and hands everyone the same frames. Asks nothing while nobody
// watches. A topic that takes long to answer holds up no other one, and is asked less often.
//
// Flow: Gateway subscribes browsers; QueryClient answers.
// Threading: owned by the io_context's thread, but for Stop.
// Ownership: its coroutines keep it alive; `client` outlives the io_context's run.
class EventHub : public std::enable_shared_from_this<EventHub> {
 public:
  struct Options {
    size_t subscribers_max = 24;  // of the connections that HttpServer has; the rest is for scrapers and probes
    size_t tails_max = 8;         // of these; each keeps a thread of the gRPC server and a stream to each joiner
    Duration interval = std::chrono::seconds(1);
  };
  // A topic is not asked again for so many times as long as its answer took: the cluster has other things to do.
  static constexpr int kRestFactor = 3;
  // The window of `stats`.
  static constexpr uint32_t kWindowSeconds = 60;
  // Keys in `overdue`.
  static constexpr uint32_t kOverdueKeysMax = 50;

  EventHub(boost::asio::any_io_executor executor, QueryClient& client, Options options);

  // From now until it is destroyed. RESOURCE_EXHAUSTED or UNAVAILABLE tell what to do.
  absl::StatusOr<std::shared_ptr<Subscription>> Subscribe(const EventsRequest& request);
  // Closes all subscriptions, and takes no more; from any thread.
  void Stop();

 private:
  // A topic as it is asked again and again.
  struct Watch {
    explicit Watch(const boost::asio::any_io_executor& executor) : rest(executor) {}

    bool polled = false;  // a coroutine does
    Frame newest;
    std::chrono::steady_clock::time_point newest_at;
    boost::asio::steady_timer rest;  // until it is asked again
  };

  static boost::asio::awaitable<void> Poll(std::shared_ptr<EventHub> self, Topic topic);

  boost::asio::awaitable<absl::StatusOr<std::string>> Ask(Topic topic);
  absl::Status FollowTail(const std::shared_ptr<Subscription>& subscription, const v1::TailRequest& request);
  Watch& WatchOf(Topic topic) { return watches_[static_cast<size_t>(topic)]; }
  void BeginWith(Subscription& subscription, Topic topic);
  void Publish(Topic topic, const absl::StatusOr<std::string>& json);
  size_t CountSubscribers();

  const boost::asio::any_io_executor executor_;
  QueryClient& client_;
  const Options options_;
  bool stopped_ = false;
  std::vector<std::weak_ptr<Subscription>> subscribers_;
  std::vector<std::weak_ptr<TailFeed>> tails_;
  std::vector<Watch> watches_;  // by topic
};

}  // namespace oneway::api
