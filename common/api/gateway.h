// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/channel.h>

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "common/api/event_hub.h"
#include "common/api/query_client.h"
#include "common/observe/http_server.h"

namespace oneway::api {

// Query as JSON over HTTP, for browsers and curl: docs/http-api.md.
//
//   /api/v1/{stats,key,balance,timeline,overdue,slowest,cluster}  one reply
//   /api/v1/events                                                server-sent events, each second
//
// Flow: made beside HttpServer; connected once the gRPC server runs; stopped before that is shut down.
// Threading: AddRoutes before the HttpServer starts; the handlers run on the io_context's thread, and keep it no longer
// than it takes to read parameters and to hand bytes over. Connect and Stop are thread-safe.
// Ownership: the io_context and the gRPC server outlive it; its handlers do not run after it.
class Gateway {
 public:
  explicit Gateway(boost::asio::any_io_executor executor, EventHub::Options options = {});
  // Stops.
  ~Gateway();

  void AddRoutes(observe::HttpServer& server);
  // `channel` leads to the node's own Query. Until then, queries are answered 503. Once.
  void Connect(const std::shared_ptr<grpc::Channel>& channel) { client_.Connect(channel); }
  // Ends event streams and queries under way, and waits for the latter. May be repeated.
  void Stop();

 private:
  observe::HttpResponse Events(const observe::HttpRequest& request);

  QueryClient client_;
  const std::shared_ptr<EventHub> hub_;
};

}  // namespace oneway::api
