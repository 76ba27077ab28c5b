// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/proxy/fault_proxy.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>
#include <vector>

namespace oneway::test::crash {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kChunkBytesMax = size_t{16} << 10;
// A slow connection moves on so often a second at least.
constexpr uint64_t kSlowChunksPerSecond = 20;

tcp::endpoint EndpointOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  return {asio::ip::make_address(address.substr(0, colon)),
          static_cast<uint16_t>(std::stoul(address.substr(colon + 1)))};
}

}  // namespace

// Two sockets, and a timer for each direction that holds bytes back.
class FaultProxy::Connection {
 public:
  Connection(asio::io_context& io_context, tcp::socket client)
      : client_(std::move(client)),
        server_(io_context),
        holds_{asio::steady_timer(io_context), asio::steady_timer(io_context)} {}

  tcp::socket& server() { return server_; }
  tcp::socket& from(Direction direction) { return direction == Direction::kForward ? client_ : server_; }
  tcp::socket& to(Direction direction) { return direction == Direction::kForward ? server_ : client_; }
  asio::steady_timer& hold(Direction direction) { return holds_[static_cast<size_t>(direction)]; }
  bool is_open() const { return client_.is_open(); }

  void WakeUp() {
    for (asio::steady_timer& hold : holds_) hold.cancel();
  }

  // At once and without goodbye, as a peer sees it when the other one dies.
  void Reset() {
    error_code ignored;
    for (tcp::socket* socket : {&client_, &server_}) {
      if (socket->is_open()) socket->set_option(asio::socket_base::linger(true, 0), ignored);
    }
    Close();
  }

  void Close() {
    error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
    WakeUp();
  }

 private:
  tcp::socket client_;
  tcp::socket server_;
  std::array<asio::steady_timer, 2> holds_;
};

FaultProxy::FaultProxy(asio::io_context& io_context, const std::string& target)
    : io_context_(io_context),
      target_(EndpointOf(target)),
      acceptor_(io_context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      address_("127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())) {
  asio::co_spawn(io_context_, Listen(), asio::detached);
}

void FaultProxy::SetWeather(const Weather& weather) {
  asio::post(io_context_, [this, weather] { Take(weather); });
}

void FaultProxy::Take(const Weather& weather) {
  weather_ = weather;
  for (const auto& connection : connections_) {
    if (weather.cut) {
      connection->Reset();
    } else {
      connection->WakeUp();
    }
  }
}

asio::awaitable<void> FaultProxy::Listen() {
  while (true) {
    error_code error;
    tcp::socket socket(io_context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    const auto connection = std::make_shared<Connection>(io_context_, std::move(socket));
    if (weather_.cut) {
      connection->Reset();
      continue;
    }
    connections_.insert(connection);
    asio::co_spawn(io_context_, Connect(connection), asio::detached);
  }
}

asio::awaitable<void> FaultProxy::Connect(std::shared_ptr<Connection> connection) {
  error_code error;
  co_await connection->server().async_connect(target_, asio::redirect_error(asio::use_awaitable, error));
  if (error || !connection->is_open()) {
    connection->Reset();
    connections_.erase(connection);
    co_return;
  }
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    connection->from(direction).set_option(tcp::no_delay(true), error);
    asio::co_spawn(io_context_, Pump(connection, direction), asio::detached);
  }
}

asio::awaitable<void> FaultProxy::Pump(std::shared_ptr<Connection> connection, Direction direction) {
  std::vector<char> chunk(kChunkBytesMax);
  error_code error;
  while (!error) {
    size_t bytes_max = chunk.size();
    if (weather_.bytes_per_second > 0)
      bytes_max = std::min(bytes_max, weather_.bytes_per_second / kSlowChunksPerSecond);
    const size_t bytes = co_await connection->from(direction).async_read_some(
        asio::buffer(chunk.data(), bytes_max), asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    co_await HoldBack(*connection, direction, bytes);
    if (!connection->is_open()) break;
    co_await asio::async_write(connection->to(direction), asio::buffer(chunk.data(), bytes),
                               asio::redirect_error(asio::use_awaitable, error));
  }
  connection->Close();
  connections_.erase(connection);
}

asio::awaitable<void> FaultProxy::HoldBack(Connection& connection, Direction direction, size_t bytes) {
  asio::steady_timer& hold = connection.hold(direction);
  error_code ignored;
  Duration wait = weather_.delay;
  if (weather_.bytes_per_second > 0)
    wait += std::chrono::nanoseconds(std::chrono::seconds(1)) * bytes / weather_.bytes_per_second;
  if (wait > Duration::zero()) {
    hold.expires_after(wait);
    co_await hold.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  while (connection.is_open() && IsSilent(direction)) {
    hold.expires_at(std::chrono::steady_clock::time_point::max());
    co_await hold.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

bool FaultProxy::IsSilent(Direction direction) const {
  return direction == Direction::kForward ? weather_.forward_silent : weather_.backward_silent;
}

}  // namespace oneway::test::crash
