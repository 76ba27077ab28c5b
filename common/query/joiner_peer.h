// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "common/time/time.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::query {

// A joiner as the other processes of its cluster reach it. Immutable; the stub is thread-safe.
struct JoinerPeer {
  std::string name;
  std::string address;  // host:port
  std::unique_ptr<v1::JoinerQuery::Stub> stub;
};

// An entry of `missing` for a joiner whose call ended with `status` (not OK), with the reason in plain words.
v1::MissingJoiner Missing(const JoinerPeer& peer, const grpc::Status& status);
// The same for an answer that arrived but is of no use.
v1::MissingJoiner MissingBecause(const JoinerPeer& peer, const std::string& reason);

}  // namespace oneway::query
