// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::report {

// JoinerQuery.LocalTail: writes what is decided, once it is durable, until the caller goes or the joiner ends. From the
// first reply on, which comes at once, nothing that fits the request is left out uncounted.
// Cost: a thread of the gRPC server; to the shards, some tens of nanoseconds for each decision while anyone listens.
// Bounds: shard::TailHub::kListenersMax calls at a time, of per_second_max decisions each.
// Threading: thread-safe. RESOURCE_EXHAUSTED: too many listen. UNAVAILABLE: no commit in time, or the joiner ends.
grpc::Status ServeTail(const LocalQueryParts& parts, const v1::TailRequest& request, grpc::ServerContext& context,
                       grpc::ServerWriter<v1::TailReply>& writer);

}  // namespace oneway::report
