// SPDX-License-Identifier: Apache-2.0
#include "common/api/event_hub.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/json.h"

namespace oneway::api {
namespace {

namespace asio = boost::asio;
using Query = v1::Query::StubInterface::async_interface;

constexpr std::array<Topic, kTopics> kAllTopics = {Topic::kStats, Topic::kTotals, Topic::kOverdue, Topic::kCluster};
constexpr std::array<std::string_view, kTopics> kNames = {"stats", "totals", "overdue", "cluster"};

// Figures are enough every second; whoever draws a histogram of latencies asks for it.
void DropHistograms(v1::StatsReply& reply) {
  for (v1::FlowStats& flow : *reply.mutable_flows()) {
    flow.clear_latency();
    flow.clear_completion();
    for (v1::StageStats& stage : *flow.mutable_stages()) stage.clear_latency();
  }
}

template <typename T>
void Forget(std::vector<std::weak_ptr<T>>& those) {
  std::erase_if(those, [](const std::weak_ptr<T>& one) { return one.expired(); });
}

}  // namespace

EventHub::EventHub(asio::any_io_executor executor, QueryClient& client, Options options)
    : executor_(std::move(executor)), client_(client), options_(options) {
  for (size_t topic = 0; topic < kTopics; ++topic) watches_.emplace_back(executor_);
}

absl::StatusOr<std::shared_ptr<Subscription>> EventHub::Subscribe(const EventsRequest& request) {
  if (stopped_) return absl::UnavailableError("this node is shutting down; ask another one");
  if (CountSubscribers() >= options_.subscribers_max) {
    return absl::ResourceExhaustedError(absl::StrCat("this node has ", options_.subscribers_max,
                                                     " subscribers already; close another page, or ask another node"));
  }
  auto subscription = std::make_shared<Subscription>(executor_);
  if (request.with_tail) {
    if (absl::Status status = FollowTail(subscription, request.tail); !status.ok()) return status;
  }
  subscribers_.push_back(subscription);
  for (const Topic topic : kAllTopics) BeginWith(*subscription, topic);
  return subscription;
}

// With what the others have, if that is not old, so that many who come at once ask no more than one.
void EventHub::BeginWith(Subscription& subscription, Topic topic) {
  Watch& watch = WatchOf(topic);
  const bool fresh =
      watch.newest != nullptr && std::chrono::steady_clock::now() - watch.newest_at < 2 * options_.interval;
  if (fresh) subscription.Put(topic, watch.newest);
  if (std::exchange(watch.polled, true)) return;
  asio::co_spawn(executor_, Poll(shared_from_this(), topic), asio::detached);
}

absl::Status EventHub::FollowTail(const std::shared_ptr<Subscription>& subscription, const v1::TailRequest& request) {
  Forget(tails_);
  if (tails_.size() >= options_.tails_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat("this node has ", options_.tails_max, " live tails already; close another one"));
  }
  auto feed = TailFeed::Start(client_, request, executor_, [weak = std::weak_ptr<Subscription>(subscription)] {
    if (const auto woken = weak.lock()) woken->Wake();
  });
  if (!feed.ok()) return feed.status();
  tails_.push_back(*feed);
  subscription->Follow(*std::move(feed));
  return absl::OkStatus();
}

void EventHub::Stop() {
  asio::post(executor_, [self = shared_from_this()] {
    self->stopped_ = true;
    for (Watch& watch : self->watches_) watch.rest.cancel();
    for (const auto& weak : self->subscribers_) {
      if (const auto subscription = weak.lock()) subscription->Close();
    }
  });
}

asio::awaitable<void> EventHub::Poll(std::shared_ptr<EventHub> self, Topic topic) {
  using Clock = std::chrono::steady_clock;
  Watch& watch = self->WatchOf(topic);
  while (!self->stopped_ && self->CountSubscribers() > 0) {
    const Clock::time_point began_at = Clock::now();
    const absl::StatusOr<std::string> json = co_await self->Ask(topic);
    self->Publish(topic, json);
    const Clock::time_point ended_at = Clock::now();
    if (self->stopped_) break;
    watch.rest.expires_at(std::max(began_at + self->options_.interval, ended_at + (ended_at - began_at) * kRestFactor));
    co_await watch.rest.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  watch.polled = false;
}

asio::awaitable<absl::StatusOr<std::string>> EventHub::Ask(Topic topic) {
  switch (topic) {
    case Topic::kStats: {
      v1::StatsRequest request;
      request.set_window_seconds(kWindowSeconds);
      request.set_with_open_ages(true);
      return client_.Ask<v1::StatsRequest, v1::StatsReply>(&Query::Stats, std::move(request), DropHistograms);
    }
    case Topic::kTotals:
      return client_.Ask<v1::StatsRequest, v1::StatsReply>(&Query::Stats, v1::StatsRequest(), DropHistograms);
    case Topic::kOverdue: {
      v1::OverdueRequest request;
      request.set_limit(kOverdueKeysMax);
      return client_.Ask<v1::OverdueRequest, v1::OverdueReply>(&Query::Overdue, std::move(request));
    }
    case Topic::kCluster:
      break;
  }
  return client_.Ask<v1::ClusterRequest, v1::ClusterReply>(&Query::Cluster, v1::ClusterRequest());
}

void EventHub::Publish(Topic topic, const absl::StatusOr<std::string>& json) {
  const std::string_view name = kNames[static_cast<size_t>(topic)];
  const auto frame =
      std::make_shared<const std::string>(json.ok() ? EventText(name, *json) : ProblemText(name, json.status()));
  Watch& watch = WatchOf(topic);
  watch.newest = frame;
  watch.newest_at = std::chrono::steady_clock::now();
  for (const auto& weak : subscribers_) {
    if (const auto subscription = weak.lock()) subscription->Put(topic, frame);
  }
}

size_t EventHub::CountSubscribers() {
  Forget(subscribers_);
  return subscribers_.size();
}

}  // namespace oneway::api
