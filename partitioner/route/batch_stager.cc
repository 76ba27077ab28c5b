// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/batch_stager.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::partitioner::route {

BatchStager::BatchStager(const hash::SlotMap& slots, hash::HashSeed seed) : slots_(slots), seed_(seed) {}

void BatchStager::Open(std::span<const uint32_t> shards) {
  for (StagedLane* lane : staged_) lane->columns.Clear();
  staged_.clear();
  if (!std::ranges::equal(shards, shards_)) LayOut(shards);
}

void BatchStager::Stage(const EventView& event, std::string_view flow, SeriesNumber number, uint16_t batch_index) {
  const hash::Fingerprint fingerprint = hash::FingerprintOf(seed_, flow, event.key);
  StagedLane& lane = lanes_[lane_of_slot_[static_cast<size_t>(hash::SlotOf(fingerprint))]];
  if (lane.columns.empty()) staged_.push_back(&lane);
  lane.columns.Add(event, fingerprint, number, batch_index);
}

void BatchStager::LayOut(std::span<const uint32_t> shards) {
  CHECK_EQ(shards.size(), slots_.joiners());
  shards_.assign(shards.begin(), shards.end());
  lanes_.clear();
  std::vector<uint32_t> first_lane;
  for (uint32_t joiner = 0; joiner < shards_.size(); ++joiner) {
    CHECK_GT(shards_[joiner], 0u);
    first_lane.push_back(static_cast<uint32_t>(lanes_.size()));
    for (uint32_t shard = 0; shard < shards_[joiner]; ++shard) {
      lanes_.push_back({hash::JoinerIndex(joiner), shards_[joiner], shard, {}});
    }
  }
  for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) {
    const auto joiner = static_cast<uint32_t>(slots_.OwnerOf(hash::SlotId(static_cast<uint16_t>(slot))));
    lane_of_slot_[slot] = first_lane[joiner] + slot % shards_[joiner];
  }
}

}  // namespace oneway::partitioner::route
