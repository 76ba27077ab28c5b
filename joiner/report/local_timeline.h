// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalTimeline of a request that is resolved (query::Resolved); another one is resolved by this joiner's
// clock. Cost: as AnswerStats, a point at a time; by starts also one walk over all open keys (shard::OpenWalks).
// Threading: thread-safe. UNAVAILABLE: no commit in time.
grpc::Status AnswerTimeline(const LocalQueryParts& parts, const v1::TimelineRequest& request,
                            v1::LocalTimelineReply& reply);

}  // namespace oneway::report
