// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "partitioner/forward/lane.h"
#include "partitioner/route/batch_stager.h"
#include "partitioner/route/batch_ticket.h"

namespace oneway::partitioner::forward {

// The lanes of one joiner: one for each of its shards. Until the joiner was heard for the first time there is one, in
// which its events wait; whenever it comes back with another number of shards, what is unsettled is sorted anew.
//
// Threading: thread-safe; Reshape and lanes() belong to the link's thread.
class LaneSet {
 public:
  // `context` outlives the set.
  explicit LaneSet(const LaneContext& context);

  // How many shards events are to be staged for.
  uint32_t shards() const { return shards_.load(std::memory_order_acquire); }

  // Takes the staged events of one batch, or answers RETRY_AFTER for all of them when there is no room, or when those
  // here wait for too long already. An event is never dropped and never answered otherwise before the joiner settled
  // it.
  void Append(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket);

  // See Lane.
  void AnswerStalled();

  // The joiner has `shards` shards from now on. No stream may run on a lane.
  void Reshape(uint32_t shards);
  const std::vector<std::unique_ptr<Lane>>& lanes() const { return lanes_; }

  uint64_t unsettled_events() const;

 private:
  void Refuse(const route::StagedLane& staged, route::BatchTicket& ticket);
  bool IsBehind(const route::StagedLane& staged) const;
  void AppendSplit(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket, size_t bytes);

  const LaneContext& context_;
  std::atomic<uint32_t> shards_{1};
  mutable std::shared_mutex shape_;           // shared: lanes_ stays as it is; exclusive: it changes
  std::vector<std::unique_ptr<Lane>> lanes_;  // by shard
};

}  // namespace oneway::partitioner::forward
