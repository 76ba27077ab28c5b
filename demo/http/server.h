// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "demo/http/address.h"
#include "demo/http/message.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace oneway::demo::http {

struct ServerOptions {
  Address listen = {};                                                // port 0 lets the system choose
  size_t connections_max = 256;                                       // further ones are answered 503 and closed
  uint32_t header_bytes_max = 8192;                                   // 431 beyond
  size_t body_bytes_max = 4096;                                       // 413 beyond
  std::chrono::nanoseconds idle_time_max = std::chrono::seconds(60);  // for a request to come, and an answer to go
};

// Serves HTTP/1.1 with kept connections. GET /healthz is answered 200 by the server itself. It is not the server of
// common/observe because the demo has of Oneway what every user has, the client, and nothing else.
//
// Threading: all of it before the io_context runs, or on the one thread that runs it. The io_context outlives it.
class Server {
 public:
  Server(boost::asio::io_context& io_context, const ServerOptions& options);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Answers POST of `path`, before the query, by `handler`, which must live until Stop.
  void RoutePost(const std::string& path, Handler handler);
  // Begins to listen; once. UNAVAILABLE names the address and why it cannot be had.
  absl::Status Start();
  // Takes no further connection, closes those that are open and calls no handler any more. May be repeated.
  void Stop();

  uint16_t port() const;  // that is listened on, from Start to Stop

 private:
  class Listener;
  // Shared with the coroutines that accept and serve, which may end after the server.
  const std::shared_ptr<Listener> listener_;
};

}  // namespace oneway::demo::http
