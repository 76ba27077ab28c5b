// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalSlowest. Cost: on the committer's thread a few nanoseconds for each key that is kept for the window,
// of which there are at most about 300,000 (shard::SlowestKeys).
// Threading: thread-safe. UNAVAILABLE: no commit in time.
grpc::Status AnswerSlowest(const LocalQueryParts& parts, const v1::SlowestRequest& request, v1::SlowestReply& reply);

}  // namespace oneway::report
