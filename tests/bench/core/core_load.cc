// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/core/core_load.h"

#include <algorithm>
#include <utility>

#include "common/event/event.h"

namespace oneway::bench {
namespace {

// A batch for one shard that is being filled. Its keys have their room beforehand, because events point into them.
class BatchInTheMaking {
 public:
  explicit BatchInTheMaking(uint32_t key_bytes) : key_bytes_(key_bytes) { BeginNext(); }

  void Add(const PlannedEvent& planned, const char* key, const hash::Fingerprint& fingerprint,
           const ledger::SeriesRef& series) {
    const size_t offset = batch_->keys.size();
    batch_->keys.append(key, key_bytes_);
    batch_->events.push_back({.kind = planned.kind,
                              .fingerprint = fingerprint,
                              .series = series.series,
                              .flow = series.flow,
                              .time = planned.time,
                              .key = std::string_view(batch_->keys).substr(offset)});
  }
  bool IsFull() const { return batch_->events.size() == event::kFrameEventsMax; }
  bool IsEmpty() const { return batch_->events.empty(); }
  // What was added, with a low mark that holds nothing back.
  std::unique_ptr<shard::EventBatch> Take(uint64_t stream) {
    batch_->stream = stream;
    batch_->low_mark = batch_->events.front().time;
    std::unique_ptr<shard::EventBatch> full = std::move(batch_);
    BeginNext();
    return full;
  }

 private:
  void BeginNext() {
    batch_ = std::make_unique<shard::EventBatch>();
    batch_->keys.reserve(event::kFrameEventsMax * key_bytes_);
    batch_->events.reserve(event::kFrameEventsMax);
  }

  const uint32_t key_bytes_;
  std::unique_ptr<shard::EventBatch> batch_;
};

std::vector<ledger::SeriesRef> InternAll(ledger::Dictionary& dictionary, uint32_t series) {
  std::vector<ledger::SeriesRef> refs;
  for (uint32_t number = 0; number < series; ++number) refs.push_back(dictionary.Intern(kFlowName, LabelsOf(number)));
  return refs;
}

}  // namespace

CoreLoad MakeCoreLoad(const CoreLoadOptions& options) {
  const FlowPlanner planner(options.workload);
  PlannedLoad load = PlanLoad(planner, options.flows, options.flows_per_second);
  return {.planner = planner, .events = std::move(load.events), .expected = load.expected};
}

std::vector<ShardBatch> MakeBatches(const CoreLoad& load, ledger::Dictionary& dictionary, uint32_t shards) {
  const FlowPlanner& planner = load.planner;
  const std::vector<ledger::SeriesRef> series = InternAll(dictionary, planner.series());
  std::vector<BatchInTheMaking> open;
  for (uint32_t shard = 0; shard < shards; ++shard) open.emplace_back(planner.key_bytes());
  std::vector<ShardBatch> batches;
  std::vector<char> key(planner.key_bytes());
  for (const PlannedEvent& event : load.events) {
    planner.KeyOf(event.flow, key.data());
    const hash::Fingerprint fingerprint = hash::FingerprintOf(kSeed, kFlowName, {key.data(), key.size()});
    const uint32_t shard = static_cast<uint32_t>(hash::SlotOf(fingerprint)) % shards;
    open[shard].Add(event, key.data(), fingerprint, series[planner.SeriesOf(event.flow)]);
    if (open[shard].IsFull()) batches.push_back({shard, open[shard].Take(shard + 1)});
  }
  for (uint32_t shard = 0; shard < shards; ++shard) {
    if (!open[shard].IsEmpty()) batches.push_back({shard, open[shard].Take(shard + 1)});
  }
  return batches;
}

server::JoinerCore::Options CoreOptions(uint32_t shards) {
  server::JoinerCore::Options options{.shards = shards, .restore_threads = shards};
  for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) options.slots.push_back(hash::SlotId(slot));
  flow::Rules rules;
  rules.name = kFlowName;
  rules.labels = {"app", "region"};
  options.flows.flows = {rules};
  return options;
}

}  // namespace oneway::bench
