// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/hash/fingerprint.h"
#include "common/hash/slot_map.h"
#include "partitioner/route/columns.h"

namespace oneway::partitioner::route {

// The events of one batch that go to one shard of one joiner.
struct StagedLane {
  hash::JoinerIndex joiner{};
  uint32_t shards = 1;  // of the joiner, when the batch was staged; the receiver splits anew if that changed since
  uint32_t shard = 0;
  Columns columns;
};

// Sorts the events of a batch by where they go: fingerprint, slot, joiner, shard. Pure.
//
// Flow: ingest opens it for each batch and stages the good events; the forwarder takes what was staged.
// Threading: external; one for each thread that reads batches.
class BatchStager {
 public:
  // `slots` outlives the stager.
  BatchStager(const hash::SlotMap& slots, hash::HashSeed seed);

  // Begins a batch. `shards` of each joiner by JoinerIndex, at least 1 each; cheap while they do not change.
  void Open(std::span<const uint32_t> shards);
  // `flow` is the flow's name of series `number`.
  void Stage(const EventView& event, std::string_view flow, SeriesNumber number, uint16_t batch_index);
  // The lanes that got events since Open; valid until the next Open.
  std::span<StagedLane* const> staged() const { return staged_; }

 private:
  void LayOut(std::span<const uint32_t> shards);

  const hash::SlotMap& slots_;
  const hash::HashSeed seed_;
  std::vector<uint32_t> shards_;                           // by joiner
  std::vector<StagedLane> lanes_;                          // of all joiners, one after the other
  std::array<uint32_t, hash::kSlotCount> lane_of_slot_{};  // index into lanes_
  std::vector<StagedLane*> staged_;
};

}  // namespace oneway::partitioner::route
