// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string_view>

#include "common/time/time.h"

namespace oneway::observe {

// Where an HttpBodyWriter writes to: one connection, whose header is sent already. It holds back nothing, so that a
// client that reads slowly slows its writer, and nobody else.
// Threading: owned by the io_context's thread.
class HttpStream {
 public:
  // The client has `idle_timeout` to take what is written in one call. `stream` outlives this.
  HttpStream(boost::beast::tcp_stream& stream, Duration idle_timeout) : stream_(stream), idle_timeout_(idle_timeout) {}

  // Sends `bytes`, which stay as they are until it returns. False when the client is gone or takes nothing: end.
  boost::asio::awaitable<bool> Write(std::string_view bytes);

  // A Write has failed.
  bool is_broken() const { return broken_; }

 private:
  boost::beast::tcp_stream& stream_;
  const Duration idle_timeout_;
  bool broken_ = false;
};

}  // namespace oneway::observe
