// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "common/time/time.h"

namespace oneway::test::crash {

// How a network behaves. Fine by default.
struct Weather {
  bool cut = false;               // connections are reset, new ones too
  bool forward_silent = false;    // what the connecting side says does not arrive until the weather is better
  bool backward_silent = false;   // nor what it is answered
  Duration delay{};               // of everything, each way
  uint64_t bytes_per_second = 0;  // each way; 0 = as fast as it goes
};

// A TCP proxy on loopback that stands between two processes and can be told to misbehave. It never drops or changes
// bytes of a connection that stays, as TCP does not either: they come late, or the connection ends.
//
// Threading: everything happens on the io_context's thread; SetWeather may be called from any other. The io_context
// outlives it, and has stopped when it is destroyed.
class FaultProxy {
 public:
  // Listens at a free port. `target` is an IPv4 address with port; it need not serve yet, or for ever.
  FaultProxy(boost::asio::io_context& io_context, const std::string& target);

  // Where to connect instead of the target.
  const std::string& address() const { return address_; }
  // Takes effect soon, also for connections that are there.
  void SetWeather(const Weather& weather);

 private:
  class Connection;
  enum class Direction : uint8_t { kForward, kBackward };

  boost::asio::awaitable<void> Listen();
  boost::asio::awaitable<void> Connect(std::shared_ptr<Connection> connection);
  boost::asio::awaitable<void> Pump(std::shared_ptr<Connection> connection, Direction direction);
  // Waits for as long as the weather holds these bytes back.
  boost::asio::awaitable<void> HoldBack(Connection& connection, Direction direction, size_t bytes);
  bool IsSilent(Direction direction) const;
  void Take(const Weather& weather);

  boost::asio::io_context& io_context_;
  const boost::asio::ip::tcp::endpoint target_;
  boost::asio::ip::tcp::acceptor acceptor_;
  const std::string address_;
  Weather weather_;
  std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace oneway::test::crash
