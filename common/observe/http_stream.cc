// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace oneway::observe {

namespace asio = boost::asio;

asio::awaitable<bool> HttpStream::Write(std::string_view bytes) {
  if (broken_) co_return false;
  stream_.expires_after(idle_timeout_);
  const auto [error, written] = co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                                                           asio::as_tuple(asio::use_awaitable));
  broken_ = static_cast<bool>(error);
  co_return !broken_;
}

}  // namespace oneway::observe
