// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/joiner_gates.h"

namespace oneway::server {
namespace {

// Calls `method` of the service, if there is one.
template <typename Service, typename Method, typename... Arguments>
grpc::Status Pass(const std::atomic<Service*>& service, const std::function<std::string()>& why_not, Method method,
                  Arguments... arguments) {
  Service* const opened = service;
  if (opened == nullptr) return {grpc::StatusCode::UNAVAILABLE, why_not()};
  return (opened->*method)(arguments...);
}

}  // namespace

grpc::Status ForwardGate::Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                                    v1::HandshakeReply* reply) {
  return Pass(service_, why_not_, &v1::Forward::Service::Handshake, context, request, reply);
}

grpc::Status ForwardGate::Stream(grpc::ServerContext* context,
                                 grpc::ServerReaderWriter<v1::SettleFrame, v1::ForwardFrame>* stream) {
  return Pass(service_, why_not_, &v1::Forward::Service::Stream, context, stream);
}

grpc::Status JoinerQueryGate::LocalStats(grpc::ServerContext* context, const v1::StatsRequest* request,
                                         v1::LocalStatsReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalStats, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalKey(grpc::ServerContext* context, const v1::KeyRequest* request,
                                       v1::KeyReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalKey, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalBalance(grpc::ServerContext* context, const v1::BalanceRequest* request,
                                           v1::BalanceReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalBalance, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalTimeline(grpc::ServerContext* context, const v1::TimelineRequest* request,
                                            v1::LocalTimelineReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalTimeline, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalOverdue(grpc::ServerContext* context, const v1::OverdueRequest* request,
                                           v1::OverdueReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalOverdue, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalSlowest(grpc::ServerContext* context, const v1::SlowestRequest* request,
                                           v1::SlowestReply* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalSlowest, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalNode(grpc::ServerContext* context, const v1::ClusterRequest* request,
                                        v1::JoinerNode* reply) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalNode, context, request, reply);
}

grpc::Status JoinerQueryGate::LocalTail(grpc::ServerContext* context, const v1::TailRequest* request,
                                        grpc::ServerWriter<v1::TailReply>* writer) {
  return Pass(service_, why_not_, &v1::JoinerQuery::Service::LocalTail, context, request, writer);
}

}  // namespace oneway::server
