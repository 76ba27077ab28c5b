// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalNode: this joiner and how it is, as of its last durable commit.
// Threading: thread-safe. UNAVAILABLE: no commit in time.
grpc::Status AnswerNode(const LocalQueryParts& parts, v1::JoinerNode& reply);

}  // namespace oneway::report
