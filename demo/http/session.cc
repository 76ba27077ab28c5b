// SPDX-License-Identifier: Apache-2.0
#include "demo/http/session.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <string_view>
#include <utility>

namespace oneway::demo::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

// Errors come back as values.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

using RequestParser = wire::request_parser<wire::string_body>;

Response Text(wire::status status, std::string text) {
  return {.status = static_cast<unsigned>(status), .body = std::move(text)};
}

Response Answer(const wire::request<wire::string_body>& request, const PostRoutes& routes) {
  const std::string_view target(request.target().data(), request.target().size());
  const size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (path == "/healthz") {
    return request.method() == wire::verb::get ? Text(wire::status::ok, "ok\n")
                                               : Text(wire::status::method_not_allowed, "only GET\n");
  }
  const auto route = routes.find(path);
  if (route == routes.end()) return Text(wire::status::not_found, "nothing here\n");
  if (request.method() != wire::verb::post) return Text(wire::status::method_not_allowed, "only POST\n");
  return route->second({.path = path,
                        .query = question == std::string_view::npos ? "" : target.substr(question + 1),
                        .body = request.body()});
}

// What to say to a request that could not be read; a client that went away or was too slow hears nothing.
bool Complain(const beast::error_code& error, Response& response) {
  if (error == wire::error::body_limit) {
    response = Text(wire::status::payload_too_large, "the body is too large\n");
  } else if (error == wire::error::header_limit || error == wire::error::buffer_overflow) {
    response = Text(wire::status::request_header_fields_too_large, "the header is too large\n");
  } else if (error.category() == beast::error_code(wire::error::bad_method).category() &&
             error != wire::error::end_of_stream && error != wire::error::partial_message) {
    response = Text(wire::status::bad_request, "malformed request: " + error.message() + "\n");
  } else {
    return false;
  }
  return true;
}

asio::awaitable<bool> Write(beast::tcp_stream& stream, const Response& response, unsigned version, bool keep_alive) {
  wire::response<wire::string_body> message(wire::int_to_status(response.status), version, response.body);
  message.set(wire::field::content_type, "text/plain; charset=utf-8");
  message.keep_alive(keep_alive);
  message.prepare_payload();
  const auto [error, bytes] = co_await wire::async_write(stream, message, kAwait);
  co_return !error;
}

// Closing with unread input resets the connection, and the client may lose the answer that tells it why. So its input
// is taken for a moment, within bounds.
asio::awaitable<void> Linger(beast::tcp_stream& stream) {
  constexpr int kReadsMax = 64;
  std::array<char, 4096> discarded;
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream.expires_after(std::chrono::seconds(1));
  for (int i = 0; i < kReadsMax; ++i) {
    const auto [error, bytes] = co_await stream.async_read_some(asio::buffer(discarded), kAwait);
    if (error) co_return;
  }
}

}  // namespace

asio::awaitable<void> ServeConnection(beast::tcp_stream& stream, const PostRoutes& routes,
                                      const ServerOptions& options) {
  beast::flat_buffer buffer;
  bool open = true;
  while (open) {
    RequestParser parser;
    parser.header_limit(options.header_bytes_max);
    parser.body_limit(options.body_bytes_max);
    stream.expires_after(options.idle_time_max);
    const auto [error, bytes] = co_await wire::async_read(stream, buffer, parser, kAwait);
    Response response;
    if (!error) {
      response = Answer(parser.get(), routes);
      open = parser.get().keep_alive();
    } else if (Complain(error, response)) {
      open = false;
    } else {
      co_return;
    }
    stream.expires_after(options.idle_time_max);
    const bool written = co_await Write(stream, response, error ? 11 : parser.get().version(), open);
    if (!written) co_return;
  }
  co_await Linger(stream);
}

}  // namespace oneway::demo::http
