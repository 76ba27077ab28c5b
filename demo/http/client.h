// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "demo/http/address.h"
#include "demo/http/message.h"

namespace oneway::demo::http {

// Posts to one server over one connection, which is kept and made anew when it broke.
// Threading: owned by the one thread that runs the io_context, which outlives it.
class Client {
 public:
  // answer_wait_max: for an answer to come, from the call on.
  Client(boost::asio::io_context& io_context, const Address& server, std::chrono::nanoseconds answer_wait_max);

  // Posts `body` to `target`, one call at a time. UNAVAILABLE says why no answer came; the request may have arrived
  // even so, and may be repeated where the server can take that. A connection that was kept and turns out to be dead
  // is replaced once.
  boost::asio::awaitable<absl::StatusOr<Response>> Post(std::string target, std::string body);

  // Breaks the connection for good: a call that waits fails, as do later ones.
  void Close();

 private:
  using ResponseParser = boost::beast::http::response_parser<boost::beast::http::string_body>;
  static constexpr size_t kAnswerBytesMax = 65'536;

  boost::asio::awaitable<absl::StatusOr<Response>> Exchange(const std::string& target, const std::string& body);
  boost::asio::awaitable<boost::beast::error_code> Connect();
  boost::asio::awaitable<boost::beast::error_code> Write(const std::string& target, const std::string& body);
  boost::asio::awaitable<boost::beast::error_code> Read(ResponseParser& parser);
  void Disconnect();

  const Address server_;
  const std::chrono::nanoseconds answer_wait_max_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;                // what was read of the connection beyond the last answer
  std::chrono::steady_clock::time_point deadline_;  // of the present call
  bool connected_ = false;
  bool closed_ = false;
};

}  // namespace oneway::demo::http
