// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/lane_set.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>

namespace oneway::partitioner::forward {
LaneSet::LaneSet(const LaneContext& context) : context_(context) {
  lanes_.push_back(std::make_unique<Lane>(context));
}

void LaneSet::Append(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket) {
  const size_t bytes = UnsettledEvents::BytesOf(staged.columns);
  const std::shared_lock lock(shape_);
  if (IsBehind(staged) || !context_.budget.TryTake(context_.joiner, bytes)) return Refuse(staged, *ticket);
  if (staged.shards != lanes_.size()) return AppendSplit(staged, ticket, bytes);
  lanes_[staged.shard]->Append(staged.columns, ticket, bytes);
}

// While the lanes are not those that it was staged for, its events may go to any.
bool LaneSet::IsBehind(const route::StagedLane& staged) const {
  if (staged.shards == lanes_.size()) return lanes_[staged.shard]->IsBehind();
  return std::ranges::any_of(lanes_, [](const auto& lane) { return lane->IsBehind(); });
}

void LaneSet::AnswerStalled() {
  const std::shared_lock lock(shape_);
  for (const auto& lane : lanes_) lane->AnswerStalled();
}

void LaneSet::Refuse(const route::StagedLane& staged, route::BatchTicket& ticket) {
  for (const uint16_t index : staged.columns.batch_indices) {
    ticket.Except(index, kComeAgain);
  }
  context_.figures.events_refused.fetch_add(staged.columns.count(), std::memory_order_relaxed);
  ticket.Settle(static_cast<uint32_t>(staged.columns.count()));
}

void LaneSet::AppendSplit(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket,
                          size_t bytes) {
  std::vector<route::Columns> parts(lanes_.size());
  route::Position begin;
  route::SplitByShard(staged.columns, begin, staged.columns.count(), parts);
  const std::vector<size_t> shares = UnsettledEvents::SharesOf(parts, bytes);
  for (size_t shard = 0; shard < parts.size(); ++shard) {
    if (!parts[shard].empty()) lanes_[shard]->Append(parts[shard], ticket, shares[shard]);
  }
}

void LaneSet::Reshape(uint32_t shards) {
  if (shards == lanes_.size()) return;
  const std::unique_lock lock(shape_);
  std::vector<UnsettledEvents> parts(shards);
  std::vector<UnsettledEvents*> targets;
  for (UnsettledEvents& part : parts) targets.push_back(&part);
  for (const auto& lane : lanes_) lane->TakeUnsettled().SplitInto(targets);
  lanes_.clear();
  for (UnsettledEvents& part : parts) lanes_.push_back(std::make_unique<Lane>(context_, std::move(part)));
  shards_.store(shards, std::memory_order_release);
}

uint64_t LaneSet::unsettled_events() const {
  const std::shared_lock lock(shape_);
  uint64_t events = 0;
  for (const auto& lane : lanes_) events += lane->unsettled_events();
  return events;
}

}  // namespace oneway::partitioner::forward
