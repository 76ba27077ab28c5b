// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <map>
#include <string>
#include <variant>

#include "common/observe/http_message.h"
#include "common/observe/http_server.h"

namespace oneway::observe {

using HttpRoute = std::variant<HttpHandler, HttpAsyncHandler>;
using HttpRoutes = std::map<std::string, HttpRoute, std::less<>>;

// Serves one connection of HttpServer until its client is done, breaks a bound or is too slow, or `stream` is closed.
// Threading: a coroutine on the io_context's thread. All arguments outlive it.
boost::asio::awaitable<void> ServeConnection(boost::beast::tcp_stream& stream, const HttpRoutes& routes,
                                             const HttpServerOptions& options);

}  // namespace oneway::observe
