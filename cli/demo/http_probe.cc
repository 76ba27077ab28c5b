// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/http_probe.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>

#include "common/process/host_port.h"

namespace oneway::cli::demo {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// One request, step by step; a step that fails is the last.
// Threading: owned by the thread that runs the context.
class Probe {
 public:
  Probe(asio::io_context& io_context, const std::string& address, const std::string& path)
      : stream_(io_context), request_(http::verb::get, path, 11) {
    request_.set(http::field::host, address);
  }

  void Start(const asio::ip::tcp::endpoint& endpoint, std::chrono::milliseconds wait_max) {
    stream_.expires_after(wait_max);
    stream_.async_connect(endpoint, [this](error_code error) {
      if (!error) Write();
    });
  }
  bool ok() const { return ok_; }

 private:
  void Write() {
    http::async_write(stream_, request_, [this](error_code error, size_t) {
      if (!error) Read();
    });
  }
  void Read() {
    http::async_read(stream_, buffer_, response_,
                     [this](error_code error, size_t) { ok_ = !error && response_.result() == http::status::ok; });
  }

  beast::tcp_stream stream_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  http::response<http::string_body> response_;
  bool ok_ = false;
};

}  // namespace

bool AnswersOk(const std::string& address, const std::string& path, std::chrono::milliseconds wait_max) {
  const auto parsed = process::ParseHostPort(address);
  if (!parsed.ok()) return false;
  error_code error;
  const auto host = asio::ip::make_address(parsed->host, error);
  if (error) return false;
  asio::io_context io_context;
  Probe probe(io_context, address, path);
  probe.Start({host, parsed->port}, wait_max);
  io_context.run();
  return probe.ok();
}

}  // namespace oneway::cli::demo
