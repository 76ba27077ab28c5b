// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// JoinerQuery.LocalKey: the state of one key, as its shard knows it.
// Threading: thread-safe. FAILED_PRECONDITION: the key belongs to another joiner. UNAVAILABLE: no answer in time.
grpc::Status AnswerKey(const LocalQueryParts& parts, const v1::KeyRequest& request, v1::KeyReply& reply);

}  // namespace oneway::report
