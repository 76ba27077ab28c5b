// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <vector>

#include "common/hash/slot_map.h"
#include "common/process/config.h"
#include "common/query/joiner_peer.h"
#include "common/time/clock.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::query {

// The service Query, answered by any process for the whole cluster: asks the joiners for their part and puts the parts
// together. A joiner that does not answer in time is named in `missing` with the reason; the reply then is OK and holds
// the rest. Only a request that cannot be answered at all is an error (INVALID_ARGUMENT).
//
// Flow: registered with the gRPC server of partitioners and joiners; asks JoinerQuery of every joiner.
// Threading: thread-safe. A call keeps one thread of the server until the joiners answered.
// Ownership: `clock` must outlive it.
class ClusterQuery final : public v1::Query::Service {
 public:
  // How long a query waits for the joiners.
  static constexpr Duration kJoinerTimeout = std::chrono::seconds(2);
  // Tails at a time. Each keeps a thread, and one for each joiner.
  static constexpr int kTailsMax = 16;

  ClusterQuery(const process::ClusterConfig& cluster, const time::Clock& clock,
               Duration joiner_timeout = kJoinerTimeout);

  grpc::Status Stats(grpc::ServerContext* context, const v1::StatsRequest* request, v1::StatsReply* reply) override;
  grpc::Status Key(grpc::ServerContext* context, const v1::KeyRequest* request, v1::KeyReply* reply) override;
  grpc::Status Balance(grpc::ServerContext* context, const v1::BalanceRequest* request,
                       v1::BalanceReply* reply) override;
  grpc::Status Timeline(grpc::ServerContext* context, const v1::TimelineRequest* request,
                        v1::TimelineReply* reply) override;
  grpc::Status Overdue(grpc::ServerContext* context, const v1::OverdueRequest* request,
                       v1::OverdueReply* reply) override;
  grpc::Status Slowest(grpc::ServerContext* context, const v1::SlowestRequest* request,
                       v1::SlowestReply* reply) override;
  grpc::Status Cluster(grpc::ServerContext* context, const v1::ClusterRequest* request,
                       v1::ClusterReply* reply) override;
  // Until the caller goes; RESOURCE_EXHAUSTED beyond kTailsMax.
  grpc::Status Tail(grpc::ServerContext* context, const v1::TailRequest* request,
                    grpc::ServerWriter<v1::TailReply>* writer) override;

 private:
  std::vector<const JoinerPeer*> AllPeers() const;

  const hash::HashSeed seed_;
  const hash::SlotMap slots_;
  const time::Clock& clock_;
  const Duration joiner_timeout_;
  std::vector<JoinerPeer> peers_;  // by JoinerIndex
  std::atomic<int> tails_{0};
};

}  // namespace oneway::query
