// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalBalance: all exactly as of one durable commit, open keys counted by walking the tables at its seal.
// Threading: thread-safe. UNAVAILABLE: no commit in time.
grpc::Status AnswerBalance(const LocalQueryParts& parts, v1::BalanceReply& reply);

}  // namespace oneway::report
