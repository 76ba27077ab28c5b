// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_session.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <utility>

namespace oneway::observe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// Errors come back as values.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

using Request = http::request<http::empty_body>;

struct Answer {
  HttpResponse response;
  bool keep_alive = false;
  bool with_body = true;
  unsigned version = 11;
};

HttpResponse Text(http::status status, std::string text) {
  return {.status = static_cast<unsigned>(status), .body = std::move(text)};
}

HttpResponse NotFound(const HttpRoutes& routes) {
  std::string text = "nothing here; try";
  for (const auto& [path, handler] : routes) text += " " + path;
  return Text(http::status::not_found, text + "\n");
}

HttpResponse Handle(const HttpRoutes& routes, std::string_view target, std::string_view accept) {
  const size_t question = target.find('?');
  const HttpRequest request{.path = target.substr(0, question),
                            .query = question == std::string_view::npos ? "" : target.substr(question + 1),
                            .accept = accept};
  const auto route = routes.find(request.path);
  if (route == routes.end()) return NotFound(routes);
  try {
    return route->second(request);
  } catch (const std::exception& exception) {
    LOG(ERROR) << "answering " << request.path << ": " << exception.what();
    return Text(http::status::internal_server_error, "internal error; the log has more\n");
  }
}

Answer AnswerTo(const Request& request, bool has_body, const HttpRoutes& routes) {
  Answer answer{.keep_alive = request.keep_alive() && !has_body, .version = request.version()};
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    answer.response = Text(http::status::method_not_allowed, "only GET and HEAD\n");
  } else if (has_body) {
    answer.response = Text(http::status::payload_too_large, "requests have no body here\n");
  } else {
    answer.with_body = request.method() == http::verb::get;
    const auto accept = request[http::field::accept];
    answer.response =
        Handle(routes, {request.target().data(), request.target().size()}, {accept.data(), accept.size()});
  }
  return answer;
}

// What to say to a request that could not be read; a client that went away or was too slow hears nothing.
HttpResponse Complaint(const beast::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Text(http::status::request_header_fields_too_large, "the request header is too large\n");
  }
  return Text(http::status::bad_request, "malformed request: " + error.message() + "\n");
}

bool IsMalformed(const beast::error_code& error) {
  static const auto& category = beast::error_code(http::error::bad_line_ending).category();
  return error.category() == category && error != http::error::end_of_stream && error != http::error::partial_message;
}

asio::awaitable<bool> Write(beast::tcp_stream& stream, Answer answer) {
  http::response<http::string_body> message(http::int_to_status(answer.response.status), answer.version);
  message.set(http::field::content_type, answer.response.content_type);
  if (answer.response.status == static_cast<unsigned>(http::status::method_not_allowed)) {
    message.set(http::field::allow, "GET, HEAD");
  }
  message.keep_alive(answer.keep_alive);
  message.content_length(answer.response.body.size());
  if (answer.with_body) message.body() = std::move(answer.response.body);
  http::response_serializer<http::string_body> serializer(message);
  const auto [error, bytes] = co_await http::async_write(stream, serializer, kAwait);
  co_return !error;
}

// Closing with unread input resets the connection, and the client may lose the answer that tells it why. So its input
// is taken for a moment, within bounds.
asio::awaitable<void> Linger(beast::tcp_stream& stream, Duration idle_timeout) {
  constexpr int kReadsMax = 64;
  std::array<char, 4096> discarded;
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream.expires_after(std::min<Duration>(idle_timeout, std::chrono::seconds(1)));
  for (int i = 0; i < kReadsMax; ++i) {
    const auto [error, bytes] = co_await stream.async_read_some(asio::buffer(discarded), kAwait);
    if (error) break;
  }
}

}  // namespace

asio::awaitable<void> ServeConnection(beast::tcp_stream& stream, const HttpRoutes& routes,
                                      const HttpServerOptions& options) {
  beast::flat_buffer buffer(2 * options.header_bytes_max);
  for (bool open = true; open;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<uint32_t>(options.header_bytes_max));
    // One limit for the whole header: a client that drips bytes gets no more time than one that is silent.
    stream.expires_after(options.idle_timeout);
    const auto [error, bytes] = co_await http::async_read_header(stream, buffer, parser, kAwait);
    if (error && !IsMalformed(error)) co_return;

    Answer answer;
    if (error) {
      answer.response = Complaint(error);
    } else {
      const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
      answer = AnswerTo(parser.get(), has_body, routes);
    }
    open = answer.keep_alive;
    stream.expires_after(options.idle_timeout);
    const bool written = co_await Write(stream, std::move(answer));
    if (!written) co_return;
  }
  co_await Linger(stream, options.idle_timeout);
}

}  // namespace oneway::observe
