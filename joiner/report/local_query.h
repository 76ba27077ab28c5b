// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include "common/query/request_check.h"
#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::report {

// Answers for this joiner alone, always as of its last durable commit.
//
// Flow: ClusterQuery of any node -> here -> an inspection of the committer, or an inquiry to the shard of a key.
// Threading: thread-safe. Ownership: everything handed in as a reference outlives it and its gRPC server.
class LocalQueryService final : public oneway::v1::JoinerQuery::Service {
 public:
  using Parts = LocalQueryParts;
  explicit LocalQueryService(Parts parts);

  // All of them. UNAVAILABLE: no commit was possible in time; ask again. FAILED_PRECONDITION: this joiner refuses to
  // serve, because its data is not what it acknowledged.
  grpc::Status LocalStats(grpc::ServerContext* context, const oneway::v1::StatsRequest* request,
                          oneway::v1::LocalStatsReply* reply) override;
  // FAILED_PRECONDITION also: the key belongs to another joiner.
  grpc::Status LocalKey(grpc::ServerContext* context, const oneway::v1::KeyRequest* request,
                        oneway::v1::KeyReply* reply) override;
  grpc::Status LocalBalance(grpc::ServerContext* context, const oneway::v1::BalanceRequest* request,
                            oneway::v1::BalanceReply* reply) override;
  grpc::Status LocalTimeline(grpc::ServerContext* context, const oneway::v1::TimelineRequest* request,
                             oneway::v1::LocalTimelineReply* reply) override;
  grpc::Status LocalOverdue(grpc::ServerContext* context, const oneway::v1::OverdueRequest* request,
                            oneway::v1::OverdueReply* reply) override;
  grpc::Status LocalSlowest(grpc::ServerContext* context, const oneway::v1::SlowestRequest* request,
                            oneway::v1::SlowestReply* reply) override;
  grpc::Status LocalTail(grpc::ServerContext* context, const oneway::v1::TailRequest* request,
                         grpc::ServerWriter<oneway::v1::TailReply>* writer) override;
  grpc::Status LocalNode(grpc::ServerContext* context, const oneway::v1::ClusterRequest* request,
                         oneway::v1::JoinerNode* reply) override;

 private:
  absl::Status CheckServes() const;
  // The same, and whether this can be answered: whoever calls may be no ClusterQuery.
  template <typename Request>
  absl::Status CheckServes(const Request& request) const {
    const absl::Status serves = CheckServes();
    return serves.ok() ? query::Check(request) : serves;
  }

  const Parts parts_;
};

}  // namespace oneway::report
