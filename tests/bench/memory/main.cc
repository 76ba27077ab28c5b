// SPDX-License-Identifier: Apache-2.0
//
// What an open and a closed key take in memory, measured at the allocator, deadline ring included. Tables grow in
// steps, so the figure depends on how many keys there are: it is taken at many sizes within a factor of two.
#include <glog/logging.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <vector>

#include "common/flow/registry.h"
#include "joiner/join/engine.h"
#include "tests/bench/measure/measured.h"
#include "tests/bench/workload/flow_plan.h"

namespace oneway::bench {
namespace {

constexpr uint32_t kSizes = 16;
// Due within the ring's reach, so that every open key is filed there too.
constexpr auto kTtl = std::chrono::seconds(50);

uint64_t HeapBytes() {
  const struct mallinfo2 heap = ::mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

class Keys {
 public:
  Keys() : sequences_(blocks_), engine_(Options(), Publish(registry_), sequences_) {}

  void Open(uint64_t first, uint64_t count) { Apply(event::Kind::kStart, first, count); }
  // And lets a minute pass, in which the ring and the walk give back what open keys alone need.
  void Close(uint64_t first, uint64_t count) {
    Apply(event::Kind::kEnd, first, count);
    engine_.OpenCommit(kNow + std::chrono::minutes(1));
    engine_.ExpireDue(count + 1, decisions_);
    engine_.Walk({.slots_max = engine_.slot_count()}, decisions_);
    CHECK_EQ(engine_.closed_keys(), count);
  }

 private:
  static join::JoinEngine::Options Options() {
    join::JoinEngine::Options options;
    for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) options.slots.push_back(hash::SlotId(slot));
    return options;
  }
  static flow::Registry& Publish(flow::Registry& registry) {
    flow::Rules rules;
    rules.ttl = kTtl;
    registry.Publish(flow::FlowId(0), rules);
    return registry;
  }

  void Apply(event::Kind kind, uint64_t first, uint64_t count) {
    if (first == 0 && kind == event::Kind::kStart) {
      engine_.OpenCommit(kNow);
      engine_.ExpireDue(1, decisions_);  // from here on the ring takes keys
    }
    char key[16];
    for (uint64_t i = first; i < first + count; ++i) {
      planner_.KeyOf(i, key);
      const auto fingerprint = hash::FingerprintOf(hash::HashSeed{1}, kFlowName, {key, sizeof(key)});
      const Time time = kind == event::Kind::kStart ? kNow : kNow + std::chrono::seconds(1);
      const event::Outcome outcome = engine_.Apply(
          {.kind = kind, .fingerprint = fingerprint, .time = time, .key = {key, sizeof(key)}}, decisions_);
      CHECK(outcome.status == event::Status::kOk);
      decisions_.counts.clear();
      if (i % 4096 == 0) decisions_.rows.Clear();
    }
    decisions_ = {};
  }

  static constexpr Time kNow{std::chrono::hours(24 * 365 * 50)};
  const FlowPlanner planner_{WorkloadOptions{}};
  flow::Registry registry_;
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  journal::SequenceAllocator sequences_;
  join::JoinEngine engine_;
  join::Decisions decisions_;
};

struct PerKey {
  double mean = 0;
  double most = 0;
};

PerKey Summary(const std::vector<double>& bytes_per_key) {
  PerKey summary;
  for (const double bytes : bytes_per_key) {
    summary.mean += bytes / static_cast<double>(bytes_per_key.size());
    summary.most = std::max(summary.most, bytes);
  }
  return summary;
}

int Main(int argc, char** argv) {
  CLI::App app("Memory of keys");
  uint64_t keys_max = 4'000'000;
  app.add_option("--keys", keys_max, "the most; the fewest are half of it");
  CLI11_PARSE(app, argc, argv);
  std::vector<double> open;
  std::vector<double> closed;
  for (uint32_t size = 0; size < kSizes; ++size) {
    const double share = std::exp2(-static_cast<double>(size) / kSizes);
    const auto count = static_cast<uint64_t>(static_cast<double>(keys_max) * share);
    Keys keys;
    const uint64_t before = HeapBytes();
    keys.Open(0, count);
    open.push_back(static_cast<double>(HeapBytes() - before) / static_cast<double>(count));
    keys.Close(0, count);
    closed.push_back(static_cast<double>(HeapBytes() - before) / static_cast<double>(count));
  }
  Findings findings;
  findings.Add("open_mean_bytes", Summary(open).mean);
  findings.Add("open_most_bytes", Summary(open).most);
  findings.Add("closed_mean_bytes", Summary(closed).mean);
  findings.Add("closed_most_bytes", Summary(closed).most);
  findings.Print();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  return oneway::bench::Main(argc, argv);
}
