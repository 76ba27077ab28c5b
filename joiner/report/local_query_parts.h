// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/flow/registry.h"
#include "common/hash/slot_map.h"
#include "common/time/clock.h"
#include "joiner/ingest/serving_gate.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/report/disk_figures.h"
#include "joiner/shard/committer.h"
#include "joiner/shard/recovery_figures.h"
#include "joiner/shard/runner.h"

namespace oneway::report {

// What a joiner's process knows of itself besides its keys.
struct NodeFigures {
  std::string address;  // host:port, where it serves
  uint64_t keys_bytes_max = 0;
  uint64_t streams = 0;  // of partitioners, connected now
  MonotonicTime serves_since{};
  DiskFigures disk{};
  shard::RecoveryFigures recovery{};
};

// What the queries of a joiner look at. Ownership: everything handed in as a reference outlives them and their gRPC
// server.
struct LocalQueryParts {
  std::string joiner;  // name
  hash::HashSeed seed{};
  hash::JoinerIndex own{};
  const time::Clock& clock;
  const hash::SlotMap& slots;
  const ledger::Dictionary& dictionary;
  const flow::Registry& flows;
  shard::Committer& committer;
  const ingest::ServingGate& gate;
  std::vector<shard::Runner*> runners;  // by shard
  std::function<NodeFigures()> node = [] { return NodeFigures{}; };
};

// How long a query waits for a commit.
inline constexpr auto kAnswerWaitMax = std::chrono::seconds(2);

// The number of the flow of exactly that name; none where it was never seen.
std::optional<flow::FlowId> FindFlow(const ledger::Dictionary& dictionary, const std::string& name);

}  // namespace oneway::report
