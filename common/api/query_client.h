// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/api/json.h"
#include "common/rpc/status.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::api {

// A method of Query as its stub calls it back.
template <typename Request, typename Reply>
using QueryMethod = void (v1::Query::StubInterface::async_interface::*)(grpc::ClientContext*, const Request*, Reply*,
                                                                        std::function<void(grpc::Status)>);

// Asks the Query service of its own node, with no thread that waits. Replies become JSON on a thread of gRPC, so that
// the caller's is not kept.
//
// Flow: Gateway and EventHub ask; the channel is the node's own server's (grpc::Server::InProcessChannel).
// Threading: thread-safe. Coroutines go on at their own executor, which must outlive this.
class QueryClient {
 public:
  // Queries at once; each keeps a thread of the server. Beyond, RESOURCE_EXHAUSTED.
  static constexpr size_t kCallsMax = 32;
  // For an answer; the server keeps a part of it for joiners that do not answer.
  static constexpr Duration kAnswerWithin = std::chrono::seconds(3);

  QueryClient() = default;
  // Stops.
  ~QueryClient();
  QueryClient(const QueryClient&) = delete;
  QueryClient& operator=(const QueryClient&) = delete;

  // From now on there is somebody to ask; before, everything is UNAVAILABLE. Once.
  void Connect(const std::shared_ptr<grpc::Channel>& channel);
  // Cancels what is under way and waits for its end; everything is UNAVAILABLE then. May be repeated.
  void Stop();

  // The reply as JSON. `trim` takes out of it what nobody needs.
  template <typename Request, typename Reply>
  boost::asio::awaitable<absl::StatusOr<std::string>> Ask(QueryMethod<Request, Reply> method, Request request,
                                                          std::function<void(Reply&)> trim = nullptr);

  // For calls that Ask cannot make. Takes a place among the calls and makes `context` one that Stop cancels; End gives
  // it back, and is the last that the call does. UNAVAILABLE or RESOURCE_EXHAUSTED tell what to do.
  absl::StatusOr<std::shared_ptr<v1::Query::Stub>> Begin(std::shared_ptr<grpc::ClientContext> context);
  void End(const std::shared_ptr<grpc::ClientContext>& context);

 private:
  template <typename Request, typename Reply>
  struct Call {
    grpc::ClientContext context;
    std::shared_ptr<v1::Query::Stub> stub;
    Request request;
    Reply reply;
    std::function<void(Reply&)> trim;
  };

  sync::Mutex mutex_;
  sync::ConditionVariable ended_;
  bool stopped_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::shared_ptr<v1::Query::Stub> stub_ ONEWAY_GUARDED_BY(mutex_);
  std::set<std::shared_ptr<grpc::ClientContext>> calls_ ONEWAY_GUARDED_BY(mutex_);
};

template <typename Request, typename Reply>
boost::asio::awaitable<absl::StatusOr<std::string>> QueryClient::Ask(QueryMethod<Request, Reply> method,
                                                                     Request request,
                                                                     std::function<void(Reply&)> trim) {
  namespace asio = boost::asio;
  using Answer = absl::StatusOr<std::string>;
  auto call = std::make_shared<Call<Request, Reply>>();
  call->request = std::move(request);
  call->trim = std::move(trim);
  const std::shared_ptr<grpc::ClientContext> context(call, &call->context);
  auto stub = Begin(context);
  if (!stub.ok()) co_return stub.status();
  call->stub = *std::move(stub);
  context->set_deadline(std::chrono::system_clock::now() + kAnswerWithin);

  auto begin = [this, method, call, context](auto handler) {
    const auto executor = asio::get_associated_executor(handler);
    // gRPC wants a callback that can be copied.
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto on_end = [this, call, context, executor, waiting](const grpc::Status& status) mutable {
      if (status.ok() && call->trim) call->trim(call->reply);
      Answer answer = status.ok() ? JsonOf(call->reply) : Answer(rpc::FromGrpc(status));
      // The coroutine goes along whole: it must not end on this thread.
      asio::post(executor, [waiting = std::move(waiting), answer = std::move(answer)]() mutable {
        std::move (*waiting)(std::move(answer));
      });
      End(context);
    };
    ((*call->stub->async()).*method)(context.get(), &call->request, &call->reply, std::move(on_end));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(std::move(begin),
                                                                                       asio::use_awaitable);
}

}  // namespace oneway::api
