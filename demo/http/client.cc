// SPDX-License-Identifier: Apache-2.0
#include "demo/http/client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oneway::demo::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

// Errors come back as values.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

absl::Status NoAnswer(const beast::error_code& error) {
  return absl::UnavailableError(error == beast::error::timeout ? "no answer in time" : error.message());
}

}  // namespace

Client::Client(asio::io_context& io_context, const Address& server, std::chrono::nanoseconds answer_wait_max)
    : server_(server), answer_wait_max_(answer_wait_max), resolver_(io_context), stream_(io_context) {}

asio::awaitable<absl::StatusOr<Response>> Client::Post(std::string target, std::string body) {
  deadline_ = std::chrono::steady_clock::now() + answer_wait_max_;
  const bool was_kept = connected_;
  absl::StatusOr<Response> response = co_await Exchange(target, body);
  if (!response.ok() && was_kept && !closed_) response = co_await Exchange(target, body);
  co_return response;
}

void Client::Close() {
  closed_ = true;
  Disconnect();
}

asio::awaitable<absl::StatusOr<Response>> Client::Exchange(const std::string& target, const std::string& body) {
  beast::error_code error;
  if (!connected_) error = co_await Connect();
  if (!error) error = co_await Write(target, body);
  ResponseParser parser;
  parser.body_limit(kAnswerBytesMax);
  if (!error) error = co_await Read(parser);
  if (error) {
    Disconnect();
    co_return NoAnswer(error);
  }
  if (!parser.get().keep_alive()) Disconnect();
  co_return Response{.status = parser.get().result_int(), .body = std::move(parser.get().body())};
}

asio::awaitable<beast::error_code> Client::Connect() {
  const auto [resolve_error, found] =
      co_await resolver_.async_resolve(server_.host, std::to_string(server_.port), kAwait);
  if (resolve_error) co_return resolve_error;
  if (closed_) co_return asio::error::operation_aborted;
  stream_.expires_at(deadline_);
  const auto [error, endpoint] = co_await stream_.async_connect(found, kAwait);
  if (error) co_return error;
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  connected_ = true;
  co_return error;
}

asio::awaitable<beast::error_code> Client::Write(const std::string& target, const std::string& body) {
  wire::request<wire::string_body> request(wire::verb::post, target, 11, body);
  request.set(wire::field::host, ToString(server_));
  request.prepare_payload();
  stream_.expires_at(deadline_);
  const auto [error, bytes] = co_await wire::async_write(stream_, request, kAwait);
  co_return error;
}

asio::awaitable<beast::error_code> Client::Read(ResponseParser& parser) {
  stream_.expires_at(deadline_);
  const auto [error, bytes] = co_await wire::async_read(stream_, buffer_, parser, kAwait);
  co_return error;
}

void Client::Disconnect() {
  connected_ = false;
  resolver_.cancel();
  stream_.close();
  buffer_.clear();
}

}  // namespace oneway::demo::http
