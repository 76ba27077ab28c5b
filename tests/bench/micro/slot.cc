// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "common/hash/slot_map.h"
#include "partitioner/route/batch_stager.h"
#include "tests/bench/micro/keys.h"

namespace oneway::bench {
namespace {

// From the fingerprint to the joiner that owns it.
void Slot(benchmark::State& state) {
  const std::vector<hash::Fingerprint> fingerprints = Fingerprints();
  const hash::SlotMap slots = hash::SlotMap::EqualRanges(4);
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(slots.OwnerOf(hash::SlotOf(fingerprints[next])));
    next = (next + 1) % kKeys;
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("key");
}
BENCHMARK(Slot)->Name("slot");

// What a partitioner does with the events of a client's batch: fingerprint, lane, and the columns of the lane.
// Argument: joiners, with two shards each.
void Route(benchmark::State& state) {
  constexpr uint16_t kBatchEvents = 512;
  const std::vector<std::string> keys = KeysOf(16);
  const auto joiners = static_cast<uint32_t>(state.range(0));
  const hash::SlotMap slots = hash::SlotMap::EqualRanges(joiners);
  const std::vector<uint32_t> shards(joiners, 2);
  partitioner::route::BatchStager stager(slots, kSeed);
  size_t next = 0;
  for (auto _ : state) {
    stager.Open(shards);
    for (uint16_t index = 0; index < kBatchEvents; ++index) {
      stager.Stage({.kind = event::Kind::kStart, .time_unix_nanos = 1, .key = keys[next]}, kFlowName, {}, index);
      next = (next + 1) % kKeys;
    }
    benchmark::DoNotOptimize(stager.staged().size());
  }
  state.SetItemsProcessed(state.iterations() * kBatchEvents);
  state.SetLabel("event");
}
BENCHMARK(Route)->Name("route")->Arg(1)->Arg(4)->Arg(64);

}  // namespace
}  // namespace oneway::bench
