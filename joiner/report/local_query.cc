// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_query.h"

#include <utility>

#include "common/rpc/status.h"
#include "joiner/report/local_balance.h"
#include "joiner/report/local_key.h"
#include "joiner/report/local_node.h"
#include "joiner/report/local_overdue.h"
#include "joiner/report/local_slowest.h"
#include "joiner/report/local_stats.h"
#include "joiner/report/local_tail.h"
#include "joiner/report/local_timeline.h"

namespace oneway::report {

LocalQueryService::LocalQueryService(Parts parts) : parts_(std::move(parts)) {}

// While it drains it still answers.
absl::Status LocalQueryService::CheckServes() const {
  absl::Status status = parts_.gate.Check();
  return absl::IsFailedPrecondition(status) ? status : absl::OkStatus();
}

grpc::Status LocalQueryService::LocalStats(grpc::ServerContext*, const oneway::v1::StatsRequest* request,
                                           oneway::v1::LocalStatsReply* reply) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return AnswerStats(parts_, *request, *reply);
}

grpc::Status LocalQueryService::LocalKey(grpc::ServerContext*, const oneway::v1::KeyRequest* request,
                                         oneway::v1::KeyReply* reply) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return AnswerKey(parts_, *request, *reply);
}

grpc::Status LocalQueryService::LocalBalance(grpc::ServerContext*, const oneway::v1::BalanceRequest*,
                                             oneway::v1::BalanceReply* reply) {
  if (absl::Status status = CheckServes(); !status.ok()) return rpc::ToGrpc(status);
  return AnswerBalance(parts_, *reply);
}

grpc::Status LocalQueryService::LocalTimeline(grpc::ServerContext*, const oneway::v1::TimelineRequest* request,
                                              oneway::v1::LocalTimelineReply* reply) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return AnswerTimeline(parts_, *request, *reply);
}

grpc::Status LocalQueryService::LocalOverdue(grpc::ServerContext*, const oneway::v1::OverdueRequest* request,
                                             oneway::v1::OverdueReply* reply) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return AnswerOverdue(parts_, *request, *reply);
}

grpc::Status LocalQueryService::LocalSlowest(grpc::ServerContext*, const oneway::v1::SlowestRequest* request,
                                             oneway::v1::SlowestReply* reply) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return AnswerSlowest(parts_, *request, *reply);
}

grpc::Status LocalQueryService::LocalTail(grpc::ServerContext* context, const oneway::v1::TailRequest* request,
                                          grpc::ServerWriter<oneway::v1::TailReply>* writer) {
  if (absl::Status status = CheckServes(*request); !status.ok()) return rpc::ToGrpc(status);
  return ServeTail(parts_, *request, *context, *writer);
}

grpc::Status LocalQueryService::LocalNode(grpc::ServerContext*, const oneway::v1::ClusterRequest*,
                                          oneway::v1::JoinerNode* reply) {
  if (absl::Status status = CheckServes(); !status.ok()) return rpc::ToGrpc(status);
  return AnswerNode(parts_, *reply);
}

}  // namespace oneway::report
