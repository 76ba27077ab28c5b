// SPDX-License-Identifier: Apache-2.0
#include "common/api/tail_feed.h"

#include <grpcpp/support/client_callback.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "common/api/json.h"
#include "common/rpc/status.h"

namespace oneway::api {

// The call as gRPC calls it back; kept alive by itself until gRPC is done with it.
class TailFeed::Call final : public grpc::ClientReadReactor<v1::TailReply> {
 public:
  Call(QueryClient& client, v1::TailRequest request, std::shared_ptr<TailFeed> feed)
      : client_(client), request_(std::move(request)), feed_(std::move(feed)) {}

  absl::Status Start(const std::shared_ptr<Call>& self) {
    const auto stub = client_.Begin(ContextOf(self));
    if (!stub.ok()) return stub.status();
    self_ = self;
    stub_ = *stub;
    stub_->async()->Tail(&context_, &request_, this);
    StartRead(&reply_);
    StartCall();
    return absl::OkStatus();
  }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    Add(feed_, reply_);
    StartRead(&reply_);
  }

  void OnDone(const grpc::Status& status) override {
    Finish(feed_, rpc::FromGrpc(status));
    const std::shared_ptr<Call> self = std::move(self_);
    client_.End(ContextOf(self));
  }

 private:
  static std::shared_ptr<grpc::ClientContext> ContextOf(const std::shared_ptr<Call>& call) {
    return {call, &call->context_};
  }

  QueryClient& client_;
  const v1::TailRequest request_;
  const std::shared_ptr<TailFeed> feed_;
  grpc::ClientContext context_;
  std::shared_ptr<v1::Query::Stub> stub_;
  v1::TailReply reply_;
  std::shared_ptr<Call> self_;
};

absl::StatusOr<std::shared_ptr<TailFeed>> TailFeed::Start(QueryClient& client, v1::TailRequest request,
                                                          boost::asio::any_io_executor executor,
                                                          std::function<void()> on_news) {
  const std::shared_ptr<TailFeed> feed(new TailFeed(std::move(executor), std::move(on_news)));
  const auto call = std::make_shared<Call>(client, std::move(request), feed);
  feed->call_ = call;
  if (absl::Status status = call->Start(call); !status.ok()) return status;
  return feed;
}

TailFeed::Taken TailFeed::Take() {
  const sync::MutexLock lock(mutex_);
  announced_ = false;
  bytes_ = 0;
  return std::exchange(waiting_, Taken{});
}

void TailFeed::Stop() {
  on_news_ = nullptr;
  if (const std::shared_ptr<Call> call = call_.lock()) call->Cancel();
}

void TailFeed::Add(const std::shared_ptr<TailFeed>& feed, const v1::TailReply& reply) {
  absl::StatusOr<std::string> json = JsonOf(reply);
  const sync::MutexLock lock(feed->mutex_);
  Taken& waiting = feed->waiting_;
  if (json.ok()) {
    feed->bytes_ += json->size();
    waiting.replies.push_back(*std::move(json));
  } else {
    ++waiting.dropped;
  }
  while (feed->bytes_ > kBytesMax && waiting.replies.size() > 1) {
    feed->bytes_ -= waiting.replies.front().size();
    waiting.replies.erase(waiting.replies.begin());
    ++waiting.dropped;
  }
  Announce(feed);
}

void TailFeed::Finish(const std::shared_ptr<TailFeed>& feed, const absl::Status& status) {
  const sync::MutexLock lock(feed->mutex_);
  feed->waiting_.ended = status.ok() ? absl::UnavailableError("the tail has ended; connect again") : status;
  Announce(feed);
}

void TailFeed::Announce(const std::shared_ptr<TailFeed>& feed) {
  if (std::exchange(feed->announced_, true)) return;
  boost::asio::post(feed->executor_, [feed] {
    if (feed->on_news_) feed->on_news_();
  });
}

}  // namespace oneway::api
