// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/demo/snapshot.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::cli::demo {

// Asks a partitioner how things stand.
// Threading: external.
class Observer {
 public:
  explicit Observer(const std::string& server);

  // How things stand now; `at` is what the snapshot gets as its time. An error when the partitioner does not answer.
  absl::StatusOr<Snapshot> Look(std::chrono::milliseconds at);

 private:
  std::unique_ptr<v1::Query::Stub> query_;
};

// The two answers in one. Threading: pure.
Snapshot SnapshotOf(std::chrono::milliseconds at, const v1::StatsReply& stats, const v1::BalanceReply& balance);

}  // namespace oneway::cli::demo
