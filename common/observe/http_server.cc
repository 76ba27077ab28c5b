// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_server.h"

#include <glog/logging.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/observe/http_session.h"
#include "common/process/host_port.h"

namespace oneway::observe {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

// Accepts connections and knows those that are open. Kept alive by its coroutines.
// Threading: owned by the io_context's thread once it listens.
class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::io_context& io_context, HttpServerOptions options)
      : io_context_(io_context), options_(std::move(options)), acceptor_(io_context) {}

  void Route(std::string path, HttpRoute handler) {
    const auto [route, added] = routes_.try_emplace(std::move(path), std::move(handler));
    CHECK(added) << "two handlers for " << route->first;
  }

  absl::Status Listen(const process::HostPort& address) {
    beast::error_code error;
    const auto found = tcp::resolver(io_context_).resolve(address.host, std::to_string(address.port), error);
    if (!error) Bind(found.begin()->endpoint(), error);
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen, ": ", error.message(),
                                               "; choose another address with ", options_.flag));
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void Run() { asio::co_spawn(io_context_, Accept(shared_from_this()), asio::detached); }

  void Close() {
    asio::dispatch(io_context_, [self = shared_from_this()] {
      beast::error_code ignored;
      self->acceptor_.close(ignored);
      for (beast::tcp_stream* stream : self->open_) stream->close();
    });
  }

 private:
  void Bind(const tcp::endpoint& endpoint, beast::error_code& error) {
    acceptor_.open(endpoint.protocol(), error);
    // A restart must not wait for connections of the process before.
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }

  // In both, `self` keeps the listener for as long as the coroutine runs.
  asio::awaitable<void> Accept([[maybe_unused]] std::shared_ptr<Listener> self) {
    asio::steady_timer pause(io_context_);
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of file descriptors, most likely: the next try would fail at once as well.
        LOG(WARNING) << "accepting on " << options_.listen << ": " << error.message();
        pause.expires_after(std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      } else if (open_.size() >= options_.connections_max) {
        Refuse(std::move(socket));
      } else {
        asio::co_spawn(io_context_, Serve(self, beast::tcp_stream(std::move(socket))), asio::detached);
      }
    }
  }

  asio::awaitable<void> Serve([[maybe_unused]] std::shared_ptr<Listener> self, beast::tcp_stream stream) {
    open_.insert(&stream);
    co_await ServeConnection(stream, routes_, options_);
    open_.erase(&stream);
  }

  static void Refuse(tcp::socket socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n\r\ntoo many connections\n";
    beast::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kBusy), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  asio::io_context& io_context_;
  const HttpServerOptions options_;
  HttpRoutes routes_;
  tcp::acceptor acceptor_;
  std::set<beast::tcp_stream*> open_;  // those of the coroutines that serve
};

HttpServer::HttpServer(asio::io_context& io_context, HttpServerOptions options)
    : options_(std::move(options)), listener_(std::make_shared<Listener>(io_context, options_)) {}

HttpServer::~HttpServer() {
  Stop();
}

void HttpServer::Route(std::string path, HttpHandler handler) {
  listener_->Route(std::move(path), std::move(handler));
}

void HttpServer::Route(std::string path, HttpAsyncHandler handler) {
  listener_->Route(std::move(path), std::move(handler));
}

absl::Status HttpServer::Start() {
  const auto address = process::ParseHostPort(options_.listen);
  if (!address.ok()) {
    return absl::UnavailableError(absl::StrCat(options_.flag, ": ", address.status().message()));
  }
  const absl::Status listening = listener_->Listen(*address);
  if (!listening.ok()) return listening;
  port_ = listener_->port();
  listener_->Run();
  return absl::OkStatus();
}

void HttpServer::Stop() {
  listener_->Close();
}

}  // namespace oneway::observe
