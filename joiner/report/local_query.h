// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>
#include <vector>

#include "common/hash/slot_map.h"
#include "common/time/clock.h"
#include "joiner/ingest/serving_gate.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/shard/committer.h"
#include "joiner/shard/runner.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::report {

// Answers for this joiner alone, always as of its last durable commit.
//
// Flow: ClusterQuery of any node -> here -> an inspection of the committer, or an inquiry to the shard of a key.
// Threading: thread-safe. Ownership: everything handed in as a reference outlives it and its gRPC server.
class LocalQueryService final : public oneway::v1::JoinerQuery::Service {
 public:
  struct Parts {
    std::string joiner;  // name
    hash::HashSeed seed{};
    hash::JoinerIndex own{};
    const time::Clock& clock;
    const hash::SlotMap& slots;
    const ledger::Dictionary& dictionary;
    shard::Committer& committer;
    const ingest::ServingGate& gate;
    std::vector<shard::Runner*> runners;  // by shard
  };
  explicit LocalQueryService(Parts parts);

  // All three. UNAVAILABLE: no commit was possible in time; ask again. FAILED_PRECONDITION: this joiner refuses to
  // serve, because its data is not what it acknowledged.
  grpc::Status LocalStats(grpc::ServerContext* context, const oneway::v1::StatsRequest* request,
                          oneway::v1::LocalStatsReply* reply) override;
  // FAILED_PRECONDITION also: the key belongs to another joiner.
  grpc::Status LocalKey(grpc::ServerContext* context, const oneway::v1::KeyRequest* request,
                        oneway::v1::KeyReply* reply) override;
  grpc::Status LocalBalance(grpc::ServerContext* context, const oneway::v1::BalanceRequest* request,
                            oneway::v1::BalanceReply* reply) override;

 private:
  absl::Status CheckServes() const;
  void FillStats(const oneway::v1::StatsRequest& request, const shard::Inspection& inspection,
                 oneway::v1::LocalStatsReply& reply) const;
  void FillStages(const oneway::v1::StatsRequest& request, const ledger::Ledger& ledger, flow::FlowId flow, Time now,
                  oneway::v1::LocalFlowStats& stats) const;
  void FillBalance(const shard::Inspection& inspection, oneway::v1::BalanceReply& reply) const;
  std::optional<flow::FlowId> FindFlow(const std::string& name) const;

  const Parts parts_;
};

}  // namespace oneway::report
