// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/hash/fingerprint.h"
#include "joiner/server/joiner_core.h"
#include "joiner/shard/work.h"
#include "tests/bench/workload/flow_plan.h"
#include "tests/bench/workload/timeline.h"

namespace oneway::bench {

inline constexpr hash::HashSeed kSeed{0x5eed};

// How many flows begin, and how fast by their own times: that decides how many are open at once.
struct CoreLoadOptions {
  WorkloadOptions workload;
  uint64_t flows = 1'000'000;
  uint64_t flows_per_second = 250'000;
};

// A PlannedLoad with the planner that knows its keys.
struct CoreLoad {
  FlowPlanner planner;
  std::vector<PlannedEvent> events;
  ExpectedCounts expected;
};
CoreLoad MakeCoreLoad(const CoreLoadOptions& options);

// The load as decoded batches of a frame's size, each for one shard; in the order in which they become full.
struct ShardBatch {
  uint32_t shard = 0;
  std::unique_ptr<shard::EventBatch> batch;
};
std::vector<ShardBatch> MakeBatches(const CoreLoad& load, ledger::Dictionary& dictionary, uint32_t shards);

// Options of a core that owns all slots and knows the load's flow, otherwise as by default.
server::JoinerCore::Options CoreOptions(uint32_t shards);

}  // namespace oneway::bench
