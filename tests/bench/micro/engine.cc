// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/engine.h"

#include <benchmark/benchmark.h>
#include <glog/logging.h>

#include <optional>

#include "common/flow/registry.h"
#include "tests/bench/core/core_load.h"

namespace oneway::bench {
namespace {

join::JoinEngine::Options AllSlots() {
  join::JoinEngine::Options options;
  for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) options.slots.push_back(hash::SlotId(slot));
  return options;
}

// An engine that has seen nothing.
class FreshEngine {
 public:
  FreshEngine(const flow::Registry& flows, Time clock) : engine_(AllSlots(), flows, sequences_) {
    engine_.OpenCommit(clock);
    engine_.ExpireDue(1, decisions_);  // from here on deadlines are filed
  }

  // One batch, and what became of it is thrown away, as after a commit.
  void Apply(const shard::EventBatch& batch) {
    const auto fingerprint_at = [&batch](size_t i) -> const auto& { return batch.events[i].fingerprint; };
    for (size_t i = 0; i < batch.events.size(); ++i) {
      engine_.PrefetchAhead(i, batch.events.size(), fingerprint_at);
      benchmark::DoNotOptimize(engine_.Apply(batch.events[i], decisions_));
    }
    decisions_.counts.clear();
    decisions_.rows.Clear();
  }
  uint64_t closed_keys() const { return engine_.closed_keys(); }

 private:
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  journal::SequenceAllocator sequences_{blocks_};
  join::JoinEngine engine_;
  join::Decisions decisions_;
};

// The bench's load from its first start to its last end: pairs, a few that never end, duplicates, ends that come first.
// Argument: flows.
void Join(benchmark::State& state) {
  const CoreLoad load = MakeCoreLoad({.workload = {}, .flows = static_cast<uint64_t>(state.range(0))});
  flow::Registry flows;
  ledger::Dictionary dictionary({}, flows);
  dictionary.Open({});
  const std::vector<ShardBatch> batches = MakeBatches(load, dictionary, 1);
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<FreshEngine> engine(std::in_place, flows, load.events.front().time);
    state.ResumeTiming();
    for (const ShardBatch& next : batches) engine->Apply(*next.batch);
    state.PauseTiming();
    CHECK_EQ(engine->closed_keys(), load.expected.matched);
    engine.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(load.events.size()));
  state.SetLabel("event");
}
BENCHMARK(Join)->Name("join")->Arg(20'000)->Arg(500'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oneway::bench
