// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace oneway::client {

// A new channel to a partitioner at "host:port", for one stream. It shares no connection, so that when to try again is
// decided by the sender's backoff and not by gRPC's. A peer that has gone without a word is noticed: rpc/limits.h.
std::shared_ptr<grpc::Channel> StreamChannel(const std::string& target);

}  // namespace oneway::client
