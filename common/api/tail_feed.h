// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/api/query_client.h"
#include "common/sync/mutex.h"
#include "oneway/v1/query.pb.h"

namespace oneway::api {

// One call of Query.Tail for one subscriber: what arrives waits here, as JSON, until it is taken. When it is not taken
// in time, the oldest is dropped and counted, so that a slow browser slows nobody.
//
// Threading: Start, Take and Stop are owned by the io_context's thread; gRPC's threads fill it.
// Ownership: kept alive by its call; `client` outlives that.
class TailFeed {
 public:
  static constexpr size_t kBytesMax = 256 * 1024;  // waiting JSON; at least one reply waits whatever its size

  struct Taken {
    std::vector<std::string> replies;  // oldest first
    uint64_t dropped = 0;              // replies since the last time
    absl::Status ended;                // why no more comes, once it has ended
  };

  // Begins the call. `on_news` runs on `executor`, at most once for each Take: there is something to take.
  // UNAVAILABLE or RESOURCE_EXHAUSTED tell what to do.
  static absl::StatusOr<std::shared_ptr<TailFeed>> Start(QueryClient& client, v1::TailRequest request,
                                                         boost::asio::any_io_executor executor,
                                                         std::function<void()> on_news);

  Taken Take();
  // Ends the call, and `on_news` is not called any more.
  void Stop();

 private:
  class Call;

  TailFeed(boost::asio::any_io_executor executor, std::function<void()> on_news)
      : executor_(std::move(executor)), on_news_(std::move(on_news)) {}

  static void Add(const std::shared_ptr<TailFeed>& feed, const v1::TailReply& reply);
  static void Finish(const std::shared_ptr<TailFeed>& feed, const absl::Status& status);
  static void Announce(const std::shared_ptr<TailFeed>& feed) ONEWAY_REQUIRES(feed->mutex_);

  const boost::asio::any_io_executor executor_;
  std::function<void()> on_news_;  // owned by the io_context's thread; null once stopped
  std::weak_ptr<Call> call_;

  sync::Mutex mutex_;
  bool announced_ ONEWAY_GUARDED_BY(mutex_) = false;
  size_t bytes_ ONEWAY_GUARDED_BY(mutex_) = 0;
  Taken waiting_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::api
