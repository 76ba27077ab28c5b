// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "oneway/v1/query.grpc.pb.h"
#include "tests/crash/oracle/ledger_check.h"
#include "tests/crash/oracle/sent_flow.h"
#include "tests/support/process/cluster.h"

namespace oneway::test::crash {

// Asks the cluster what it knows, over every process that answers queries, and again until it answers.
// Threading: external.
class Observer {
 public:
  explicit Observer(const Cluster& cluster);

  // The keys of these flows, in that order; asked by several threads at once.
  absl::StatusOr<std::vector<v1::KeyReply>> Keys(const std::vector<const SentFlow*>& flows) const;
  // Ledgers, balance and metrics.
  absl::StatusOr<ClusterView> View() const;
  // Waits until no partitioner holds an event that a joiner has not settled.
  absl::Status AwaitSettled() const;

 private:
  absl::Status AskKey(size_t first_server, const SentFlow& flow, v1::KeyReply& reply) const;

  const Cluster& cluster_;
  std::vector<std::unique_ptr<v1::Query::Stub>> queries_;        // of all processes
  std::vector<std::unique_ptr<v1::JoinerQuery::Stub>> joiners_;  // of the joiners
};

}  // namespace oneway::test::crash
