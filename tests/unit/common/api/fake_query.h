// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "oneway/v1/query.grpc.pb.h"

namespace oneway::api {

// A node's Query that answers with what the test put in before it was asked, and counts who asks.
class FakeQuery final : public v1::Query::Service {
 public:
  grpc::Status Stats(grpc::ServerContext* context, const v1::StatsRequest* request, v1::StatsReply* reply) override {
    ++(request->window_seconds() == 0 ? totals_asked : stats_asked);
    while (silent && !context->IsCancelled()) std::this_thread::yield();
    *reply = stats;
    return status;
  }
  grpc::Status Key(grpc::ServerContext*, const v1::KeyRequest* request, v1::KeyReply* reply) override {
    reply->set_joiner(request->flow() + "/" + request->key());
    return status;
  }
  grpc::Status Balance(grpc::ServerContext*, const v1::BalanceRequest*, v1::BalanceReply* reply) override {
    reply->set_joiners(3);
    return status;
  }
  grpc::Status Timeline(grpc::ServerContext*, const v1::TimelineRequest* request, v1::TimelineReply* reply) override {
    reply->set_step_seconds(request->step_seconds());
    return status;
  }
  grpc::Status Overdue(grpc::ServerContext*, const v1::OverdueRequest* request, v1::OverdueReply* reply) override {
    reply->set_count(request->limit());
    return status;
  }
  grpc::Status Slowest(grpc::ServerContext*, const v1::SlowestRequest* request, v1::SlowestReply* reply) override {
    reply->add_keys()->set_flow(request->flow());
    return status;
  }
  grpc::Status Cluster(grpc::ServerContext*, const v1::ClusterRequest*, v1::ClusterReply* reply) override {
    reply->add_joiners()->set_joiner("joiner-0");
    return status;
  }
  // As fast as it is taken, numbered by `passed_over`; then what `status` says, or until it is cancelled.
  grpc::Status Tail(grpc::ServerContext* context, const v1::TailRequest* request,
                    grpc::ServerWriter<v1::TailReply>* writer) override {
    ++tails_open;
    for (uint64_t i = 0; i < tail_replies; ++i) {
      v1::TailReply reply;
      reply.set_passed_over(i);
      reply.add_decisions()->set_flow(request->flow());
      reply.mutable_decisions(0)->set_key(std::string(tail_key_bytes, 'k'));
      writer->Write(reply);
      ++tail_written;
    }
    while (status.ok() && !context->IsCancelled()) std::this_thread::yield();
    --tails_open;
    return status;
  }

  v1::StatsReply stats;
  grpc::Status status;
  uint64_t tail_replies = 3;
  size_t tail_key_bytes = 10;
  std::atomic<bool> silent{false};  // Stats is answered only when it is cancelled
  std::atomic<int> stats_asked{0};
  std::atomic<int> totals_asked{0};
  std::atomic<int> tails_open{0};
  std::atomic<uint64_t> tail_written{0};
};

}  // namespace oneway::api
