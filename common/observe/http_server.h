// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/observe/http_message.h"
#include "common/time/time.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace oneway::observe {

struct HttpServerOptions {
  std::string listen = "127.0.0.1:0";                // host:port; port 0 lets the system choose
  std::string flag = "--http-listen";                // named in the error when `listen` cannot be had
  size_t connections_max = 64;                       // further ones are answered 503 and closed
  size_t header_bytes_max = 8192;                    // request line and header fields; 431 beyond
  Duration idle_timeout = std::chrono::seconds(30);  // for a whole request header to arrive, and an answer to be taken
};

// Answers GET and HEAD on a few fixed paths, for scrapers, probes and people's browsers: HTTP/1.1 with keep-alive and
// pipelining, no request bodies, no TLS. Everything a client can make it hold is bounded by the options.
//
// Flow: main makes it on the io_context of the process; parts add their routes; then Start.
// Threading: Route and Start before the io_context runs, or on its thread; the io_context is run by one thread only.
// Stop and the getters are thread-safe. The io_context outlives the server.
class HttpServer {
 public:
  HttpServer(boost::asio::io_context& io_context, HttpServerOptions options);
  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Answers `path` (without query) by `handler` from Start on. A path twice is a bug and stops the process.
  void Route(std::string path, HttpHandler handler);
  void Route(std::string path, HttpAsyncHandler handler);
  // Begins to listen; once. UNAVAILABLE, naming address and flag, when the address cannot be had: end the process.
  absl::Status Start();
  // Closes the listener and all connections on the io_context's thread; handlers are called no more once that thread
  // has gone through this, or has ended. Coroutines that wait then go on when what they wait for happens, or are
  // destroyed with the io_context. May be repeated.
  void Stop();

  // The port listened on, after Start.
  uint16_t port() const { return port_; }

 private:
  class Listener;

  const HttpServerOptions options_;
  uint16_t port_ = 0;
  // Shared with the coroutines that accept and serve, which may end after the server.
  const std::shared_ptr<Listener> listener_;
};

}  // namespace oneway::observe
