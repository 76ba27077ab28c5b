// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <map>
#include <string>

#include "demo/http/message.h"
#include "demo/http/server.h"

namespace oneway::demo::http {

using PostRoutes = std::map<std::string, Handler, std::less<>>;

// Serves one connection of Server until its client is done, breaks a bound or is too slow, or `stream` is closed.
// Threading: a coroutine on the io_context's thread. All arguments outlive it.
boost::asio::awaitable<void> ServeConnection(boost::beast::tcp_stream& stream, const PostRoutes& routes,
                                             const ServerOptions& options);

}  // namespace oneway::demo::http
