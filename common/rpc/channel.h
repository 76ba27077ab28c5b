// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>

namespace oneway::rpc {

// A channel to `address` (host:port) with the bounds of limits.h; connects at the first call and again after a loss.
// Without encryption, so for loopback and trusted networks. Ignores http_proxy and the like: the peers are those of the
// configuration. Calls are thread-safe. A malformed address is not an error here: the calls fail with UNAVAILABLE.
std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address);

// A channel to `server` of this process, without a socket. The server outlives its calls.
std::shared_ptr<grpc::Channel> ChannelInside(grpc::Server& server);

}  // namespace oneway::rpc
