// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/time/time.h"

namespace oneway::rpc {

// Statuses at the border between the product (absl) and gRPC. The codes have the same numbers and meaning in both.

grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

// Refusal for load: RESOURCE_EXHAUSTED with a google.rpc.RetryInfo that tells the peer how long to wait before it tries
// again. `retry_after` >= 0.
grpc::Status RefusalForLoad(const std::string& message, Duration retry_after);

// The wait that `status` asks for; nullopt when it carries no google.rpc.RetryInfo that can be read. Never negative.
std::optional<Duration> RetryDelayOf(const grpc::Status& status);

}  // namespace oneway::rpc
