// SPDX-License-Identifier: Apache-2.0
#include "common/api/gateway.h"

#include <string>
#include <utility>

#include "common/api/json.h"
#include "common/api/requests.h"
#include "common/observe/http_stream.h"

namespace oneway::api {
namespace {

namespace asio = boost::asio;
using Query = v1::Query::StubInterface::async_interface;

// Browsers that lost the stream come back after so long.
constexpr std::string_view kRetry = "retry: 1000\n\n";

template <typename Request, typename Reply>
observe::HttpAsyncHandler Answering(QueryClient& client, QueryMethod<Request, Reply> method,
                                    absl::StatusOr<Request> (*read)(const observe::HttpRequest&)) {
  return [&client, method, read](const observe::HttpRequest& http) -> asio::awaitable<observe::HttpResponse> {
    absl::StatusOr<Request> request = read(http);
    if (!request.ok()) co_return JsonResponse(request.status());
    absl::StatusOr<std::string> json = co_await client.Ask<Request, Reply>(method, *std::move(request));
    co_return JsonResponse(std::move(json));
  };
}

asio::awaitable<void> SendEvents(std::shared_ptr<Subscription> subscription, observe::HttpStream& stream) {
  std::string text(kRetry);
  while (!text.empty()) {
    const bool sent = co_await stream.Write(text);
    if (!sent) co_return;
    text = co_await subscription->Next();
  }
}

}  // namespace

Gateway::Gateway(asio::any_io_executor executor, EventHub::Options options)
    : hub_(std::make_shared<EventHub>(std::move(executor), client_, options)) {}

Gateway::~Gateway() {
  Stop();
}

void Gateway::AddRoutes(observe::HttpServer& server) {
  server.Route("/api/v1/stats", Answering<v1::StatsRequest, v1::StatsReply>(client_, &Query::Stats, StatsRequestFrom));
  server.Route("/api/v1/key", Answering<v1::KeyRequest, v1::KeyReply>(client_, &Query::Key, KeyRequestFrom));
  server.Route("/api/v1/balance",
               Answering<v1::BalanceRequest, v1::BalanceReply>(client_, &Query::Balance, BalanceRequestFrom));
  server.Route("/api/v1/timeline",
               Answering<v1::TimelineRequest, v1::TimelineReply>(client_, &Query::Timeline, TimelineRequestFrom));
  server.Route("/api/v1/overdue",
               Answering<v1::OverdueRequest, v1::OverdueReply>(client_, &Query::Overdue, OverdueRequestFrom));
  server.Route("/api/v1/slowest",
               Answering<v1::SlowestRequest, v1::SlowestReply>(client_, &Query::Slowest, SlowestRequestFrom));
  server.Route("/api/v1/cluster",
               Answering<v1::ClusterRequest, v1::ClusterReply>(client_, &Query::Cluster, ClusterRequestFrom));
  server.Route("/api/v1/events", [this](const observe::HttpRequest& request) { return Events(request); });
}

observe::HttpResponse Gateway::Events(const observe::HttpRequest& request) {
  const absl::StatusOr<EventsRequest> events = EventsRequestFrom(request);
  if (!events.ok()) return JsonResponse(events.status());
  absl::StatusOr<std::shared_ptr<Subscription>> subscription = hub_->Subscribe(*events);
  if (!subscription.ok()) return JsonResponse(subscription.status());
  observe::HttpResponse response{.content_type = "text/event-stream", .fields = {{"Cache-Control", "no-store"}}};
  response.stream = [subscription = *std::move(subscription)](observe::HttpStream& stream) {
    return SendEvents(subscription, stream);
  };
  return response;
}

void Gateway::Stop() {
  hub_->Stop();
  client_.Stop();
}

}  // namespace oneway::api
