// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_session.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <utility>

#include "common/observe/http_stream.h"

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

// Whether the field Accept-Encoding names gzip, and not with a quality of 0.
bool AcceptsGzip(const Request& request) {
  for (const auto& [name, parameters] : http::ext_list(request[http::field::accept_encoding])) {
    if (!beast::iequals(name, "gzip")) continue;
    for (const auto& [key, value] : http::param_list(parameters)) {
      if (beast::iequals(key, "q") && value.find_first_not_of("0.") == beast::string_view::npos) return false;
    }
    return true;
  }
  return false;
}

HttpResponse InternalError(std::string_view path, const std::exception& exception) {
  LOG(ERROR) << "answering " << path << ": " << exception.what();
  return Text(http::status::internal_server_error, "internal error; the log has more\n");
}

// `message` outlives the coroutine.
asio::awaitable<HttpResponse> Handle(const HttpRoutes& routes, const Request& message) {
  const std::string_view target(message.target().data(), message.target().size());
  const auto accept = message[http::field::accept];
  const size_t question = target.find('?');
  const HttpRequest request{.path = target.substr(0, question),
                            .query = question == std::string_view::npos ? "" : target.substr(question + 1),
                            .accept = {accept.data(), accept.size()},
                            .accepts_gzip = AcceptsGzip(message)};
  const auto route = routes.find(request.path);
  if (route == routes.end()) co_return NotFound(routes);
  HttpResponse response;
  try {
    if (const auto* handler = std::get_if<HttpHandler>(&route->second)) {
      response = (*handler)(request);
    } else {
      response = co_await std::get<HttpAsyncHandler>(route->second)(request);
    }
  } catch (const std::exception& exception) {
    response = InternalError(request.path, exception);
  }
  co_return response;
}

asio::awaitable<Answer> AnswerTo(const Request& request, bool has_body, const HttpRoutes& routes) {
  Answer answer{.keep_alive = request.keep_alive() && !has_body, .version = request.version()};
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    answer.response = Text(http::status::method_not_allowed, "only GET and HEAD\n");
  } else if (has_body) {
    answer.response = Text(http::status::payload_too_large, "requests have no body here\n");
  } else {
    answer.with_body = request.method() == http::verb::get;
    answer.response = co_await Handle(routes, request);
    if (answer.response.stream) answer.keep_alive = false;
  }
  co_return answer;
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

template <typename Body>
http::response<Body> HeadOf(const Answer& answer) {
  http::response<Body> message(http::int_to_status(answer.response.status), answer.version);
  message.set(http::field::content_type, answer.response.content_type);
  for (const auto& [name, value] : answer.response.fields) message.set(name, value);
  if (answer.response.status == static_cast<unsigned>(http::status::method_not_allowed)) {
    message.set(http::field::allow, "GET, HEAD");
  }
  message.keep_alive(answer.keep_alive);
  return message;
}

asio::awaitable<bool> WriteWhole(beast::tcp_stream& stream, Answer answer) {
  auto message = HeadOf<http::string_body>(answer);
  message.content_length(answer.response.body.size());
  if (answer.with_body) message.body() = std::move(answer.response.body);
  http::response_serializer<http::string_body> serializer(message);
  const auto [error, bytes] = co_await http::async_write(stream, serializer, kAwait);
  co_return !error;
}

// Neither length nor chunks: the end of the connection is the end of the body, which clients of all ages understand.
asio::awaitable<bool> WriteStream(beast::tcp_stream& stream, Answer answer, Duration idle_timeout) {
  const auto message = HeadOf<http::empty_body>(answer);
  http::response_serializer<http::empty_body> serializer(message);
  const auto [error, bytes] = co_await http::async_write_header(stream, serializer, kAwait);
  if (error) co_return false;
  if (!answer.with_body) co_return true;
  HttpStream body(stream, idle_timeout);
  try {
    co_await answer.response.stream(body);
  } catch (const std::exception& exception) {
    LOG(ERROR) << "streaming an answer: " << exception.what();
  }
  co_return !body.is_broken();
}

asio::awaitable<bool> Write(beast::tcp_stream& stream, Answer answer, Duration idle_timeout) {
  stream.expires_after(idle_timeout);
  if (answer.response.stream) return WriteStream(stream, std::move(answer), idle_timeout);
  return WriteWhole(stream, std::move(answer));
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
      answer = co_await AnswerTo(parser.get(), has_body, routes);
    }
    open = answer.keep_alive;
    const bool written = co_await Write(stream, std::move(answer), options.idle_timeout);
    if (!written) co_return;
  }
  co_await Linger(stream, options.idle_timeout);
}

}  // namespace oneway::observe
