// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/hash/slot_map.h"
#include "common/time/clock.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/forward/buffer_budget.h"
#include "partitioner/forward/forward_stream.h"
#include "partitioner/forward/highest_mark.h"
#include "partitioner/forward/joiner_link.h"
#include "partitioner/forward/link_figures.h"
#include "partitioner/route/batch_stager.h"
#include "partitioner/route/batch_ticket.h"
#include "partitioner/route/held_times.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::forward {

// Brings staged events to the joiners: one link for each.
//
// Flow: ingest hands over each staged batch; the batch's ticket is answered as the joiners settle it.
// Threading: thread-safe.
class Forwarder {
 public:
  struct Options {
    std::string partitioner;  // our name
    v1::ClusterIdentity cluster;
    uint64_t buffer_bytes_max = uint64_t{64} << 20;
    Duration flush_interval = std::chrono::milliseconds(4);
    Backoff::Options backoff;
  };
  // What it works with; all of it outlives the forwarder.
  struct Parts {
    const time::Clock& clock;
    const route::SeriesTable& series;
    route::HeldTimes& held;
  };

  // `ports`: how to reach each joiner of the cluster, in its order.
  Forwarder(Options options, const Parts& parts, std::vector<JoinerPort> ports);
  ~Forwarder();

  void Start();
  void Stop();

  // How many shards each joiner has, by JoinerIndex: what a batch is to be staged for.
  void ReadShards(std::vector<uint32_t>& shards) const;
  // Takes one staged part of a batch; its events are settled on `ticket`, sooner or later.
  void Append(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket);

  // Lets go of the batches that wait for a joiner which settles nothing. To be called every kStallCheckInterval.
  static constexpr Duration kStallCheckInterval = std::chrono::milliseconds(250);
  void AnswerStalled();

  // How each joiner stands, by JoinerIndex; for metrics and readiness.
  struct JoinerView {
    const std::string& joiner;
    const LinkFigures& figures;
    std::optional<std::string> not_ready;  // why its events only wait; none while it is connected
    uint32_t connected_lanes;
    uint64_t unsettled_events;
    uint64_t unsettled_bytes;
  };
  std::vector<JoinerView> Views() const;

 private:
  struct Joiner {
    HighestMark highest_mark;
    LinkFigures figures;
    std::unique_ptr<LaneContext> context;
    std::unique_ptr<JoinerLink> link;
  };

  BufferBudget budget_;
  std::vector<std::unique_ptr<Joiner>> joiners_;  // by JoinerIndex
};

}  // namespace oneway::partitioner::forward
