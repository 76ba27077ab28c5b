// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalStats: counts and latencies from the ledger, each flow exactly as of one durable commit; where open
// keys are asked for, also from a walk over them (see OpenWalk), of which each key counts as it stood when the walk
// came by: so a key that ends meanwhile may count as open and as matched.
// Cost: on the committer's thread about a microsecond for each flow or series and each minute or hour with counts;
// after kInspectionMax a reply goes on in the next commit.
// Threading: thread-safe. UNAVAILABLE: no commit in time.
grpc::Status AnswerStats(const LocalQueryParts& parts, const v1::StatsRequest& request, v1::LocalStatsReply& reply);

}  // namespace oneway::report
