// SPDX-License-Identifier: Apache-2.0
#include "demo/http/server.h"

#include <glog/logging.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "demo/http/session.h"

namespace oneway::demo::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

// Accepts connections and knows those that are open. Kept alive by its coroutines.
class Server::Listener {
 public:
  Listener(asio::io_context& io_context, const ServerOptions& options)
      : io_context_(io_context), options_(options), acceptor_(io_context), pause_(io_context) {}

  void RoutePost(const std::string& path, Handler handler) {
    CHECK(routes_.try_emplace(path, std::move(handler)).second) << "two handlers for " << path;
  }

  absl::Status Listen() {
    beast::error_code error;
    const auto found = tcp::resolver(io_context_).resolve(options_.listen.host, "", error);
    if (!error) Bind(tcp::endpoint(found.begin()->endpoint().address(), options_.listen.port), error);
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", ToString(options_.listen), ": ", error.message()));
  }

  static void Run(const std::shared_ptr<Listener>& self) {
    asio::co_spawn(self->io_context_, self->Accept(self), asio::detached);
  }

  void Close() {
    beast::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (beast::tcp_stream* stream : open_) stream->close();
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

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
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (!acceptor_.is_open()) co_return;
      if (error) {
        // Out of file descriptors, most likely: the next try would fail at once as well.
        LOG(WARNING) << "accepting on " << ToString(options_.listen) << ": " << error.message();
        pause_.expires_after(std::chrono::milliseconds(100));
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
      } else if (open_.size() >= options_.connections_max) {
        Refuse(std::move(socket));
      } else {
        asio::co_spawn(io_context_, Serve(self, beast::tcp_stream(std::move(socket))), asio::detached);
      }
    }
  }

  asio::awaitable<void> Serve([[maybe_unused]] std::shared_ptr<Listener> self, beast::tcp_stream stream) {
    open_.insert(&stream);
    // Accepted, but Close came before this began.
    if (acceptor_.is_open()) co_await ServeConnection(stream, routes_, options_);
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
  const ServerOptions options_;
  PostRoutes routes_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::set<beast::tcp_stream*> open_;  // those of the coroutines that serve
};

Server::Server(asio::io_context& io_context, const ServerOptions& options)
    : listener_(std::make_shared<Listener>(io_context, options)) {}

Server::~Server() {
  Stop();
}

void Server::RoutePost(const std::string& path, Handler handler) {
  listener_->RoutePost(path, std::move(handler));
}

absl::Status Server::Start() {
  absl::Status listening = listener_->Listen();
  if (listening.ok()) Listener::Run(listener_);
  return listening;
}

void Server::Stop() {
  listener_->Close();
}

uint16_t Server::port() const {
  return listener_->port();
}

}  // namespace oneway::demo::http
