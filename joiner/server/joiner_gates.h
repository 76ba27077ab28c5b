// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "oneway/v1/forward.grpc.pb.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::server {

// What a joiner's gRPC server hands its calls to: a service that exists once the joiner has recovered. Until then every
// call is answered with UNAVAILABLE and `why_not`, so that people who ask see how far recovery is, and partitioners
// come again.
//
// Threading: thread-safe. Ownership: the service given to Open outlives the server.

class ForwardGate final : public v1::Forward::Service {
 public:
  explicit ForwardGate(std::function<std::string()> why_not) : why_not_(std::move(why_not)) {}
  void Open(v1::Forward::Service& service) { service_ = &service; }

  grpc::Status Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                         v1::HandshakeReply* reply) override;
  grpc::Status Stream(grpc::ServerContext* context,
                      grpc::ServerReaderWriter<v1::SettleFrame, v1::ForwardFrame>* stream) override;

 private:
  const std::function<std::string()> why_not_;
  std::atomic<v1::Forward::Service*> service_{nullptr};
};

class JoinerQueryGate final : public v1::JoinerQuery::Service {
 public:
  explicit JoinerQueryGate(std::function<std::string()> why_not) : why_not_(std::move(why_not)) {}
  void Open(v1::JoinerQuery::Service& service) { service_ = &service; }

  grpc::Status LocalStats(grpc::ServerContext* context, const v1::StatsRequest* request,
                          v1::LocalStatsReply* reply) override;
  grpc::Status LocalKey(grpc::ServerContext* context, const v1::KeyRequest* request, v1::KeyReply* reply) override;
  grpc::Status LocalBalance(grpc::ServerContext* context, const v1::BalanceRequest* request,
                            v1::BalanceReply* reply) override;
  grpc::Status LocalTimeline(grpc::ServerContext* context, const v1::TimelineRequest* request,
                             v1::LocalTimelineReply* reply) override;
  grpc::Status LocalOverdue(grpc::ServerContext* context, const v1::OverdueRequest* request,
                            v1::OverdueReply* reply) override;
  grpc::Status LocalSlowest(grpc::ServerContext* context, const v1::SlowestRequest* request,
                            v1::SlowestReply* reply) override;
  grpc::Status LocalNode(grpc::ServerContext* context, const v1::ClusterRequest* request,
                         v1::JoinerNode* reply) override;
  grpc::Status LocalTail(grpc::ServerContext* context, const v1::TailRequest* request,
                         grpc::ServerWriter<v1::TailReply>* writer) override;

 private:
  const std::function<std::string()> why_not_;
  std::atomic<v1::JoinerQuery::Service*> service_{nullptr};
};

}  // namespace oneway::server
