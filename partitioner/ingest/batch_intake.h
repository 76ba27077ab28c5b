// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/event/event.h"
#include "common/hash/fingerprint.h"
#include "common/hash/slot_map.h"
#include "oneway/v1/ingest.pb.h"
#include "partitioner/route/batch_stager.h"
#include "partitioner/route/batch_ticket.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::ingest {

// Where staged events go: the forwarder, or what a test puts in its place.
struct Destination {
  // How many shards each joiner has, by JoinerIndex.
  std::function<void(std::vector<uint32_t>& shards)> read_shards;
  // Takes the events of one lane; settles them on the ticket, sooner or later.
  std::function<void(const route::StagedLane&, const std::shared_ptr<route::BatchTicket>&)> append;
};

// Takes a batch apart: refuses its bad events, and hands the good ones, sorted by lane, to the destination.
//
// Flow: each client stream has one; the batch was checked as a whole before.
// Threading: external.
class BatchIntake {
 public:
  // All of it outlives the intake.
  struct Parts {
    const hash::SlotMap& slots;
    hash::HashSeed seed{};
    route::SeriesTable& series;
    const Destination& destination;
  };
  explicit BatchIntake(const Parts& parts);

  // Every event of `batch` is settled on `ticket`, sooner or later, the refused ones at once; `ticket` counts one more,
  // which is settled last, so that the answer comes after all is handed over.
  void Take(const v1::IngestBatch& batch, const std::shared_ptr<route::BatchTicket>& ticket);

 private:
  // A series of the batch's table, checked once for all of its events.
  struct BatchSeries {
    event::Outcome refusal;  // kOk: its events may pass
    std::string_view flow;
    route::SeriesNumber number{};
  };

  BatchSeries Resolve(const v1::Series& series, route::HeldSeries& held);
  event::Outcome Judge(const v1::Event& event) const;
  void Stage(const v1::Event& event, uint16_t index);

  const Parts parts_;
  route::BatchStager stager_;
  std::vector<uint32_t> shards_;     // by joiner
  std::vector<BatchSeries> series_;  // of the batch in hand
};

}  // namespace oneway::partitioner::ingest
