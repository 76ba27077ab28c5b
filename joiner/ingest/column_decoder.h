// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/hash/slot_map.h"
#include "common/time/time.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/shard/wall_reading.h"
#include "joiner/shard/work.h"
#include "oneway/v1/forward.pb.h"

namespace oneway::ingest {

// Turns the columns of one stream into events for its shard, and trusts nothing: sizes, kinds, series, fingerprints and
// ownership are checked. One bad event is refused by itself; a frame that contradicts itself or the slot map ends the
// stream, because then the two sides do not agree on what they are talking about.
//
// Flow: ForwardService reads a frame; the batch goes to the shard's inbox.
// Threading: owned by the stream's reading thread.
class ColumnDecoder {
 public:
  struct Options {
    hash::HashSeed seed{};
    hash::JoinerIndex joiner{};  // this one
    uint32_t shard = 0;
    uint32_t shards = 1;
    Duration skew_max = std::chrono::minutes(5);
  };
  // So many stages a stream remembers the numbers of; further ones are looked up with every event.
  static constexpr size_t kStagesMax = 4096;
  // A frame brings no more series than it can use.
  static constexpr int kSeriesAddedMax = static_cast<int>(event::kFrameEventsMax);

  // `slots` and `dictionary` outlive the decoder.
  ColumnDecoder(Options options, const hash::SlotMap& slots, ledger::Dictionary& dictionary);

  // Takes the keys out of `columns`, and copies the ids: few events carry one. INVALID_ARGUMENT: the frame is no valid
  // frame; FAILED_PRECONDITION: it was routed by another slot map or shard count. Both end the stream.
  absl::StatusOr<std::unique_ptr<shard::EventBatch>> Decode(oneway::v1::EventColumns& columns, shard::WallReading wall);

 private:
  struct StreamSeries {
    std::string flow;  // as sent: the fingerprint is over this name
    ledger::Labels labels;
    flow::FlowId flow_id{};
    // Numbers of the labels, from the first event on that needs them.
    std::optional<flow::SeriesId> of_starts;
    std::optional<flow::SeriesId> of_others;
  };

  absl::Status CheckSizes(const oneway::v1::EventColumns& columns) const;
  void InternAgainAfterReload();
  absl::Status TakeSeries(const oneway::v1::EventColumns& columns);
  absl::Status DecodeEvents(const oneway::v1::EventColumns& columns, shard::WallReading wall, shard::EventBatch& batch);
  absl::Status CheckIdentity(const join::RoutedEvent& event, const std::string& flow) const;
  absl::Status CheckRoute(const join::RoutedEvent& event) const;
  flow::SeriesId SeriesOf(StreamSeries& series, const join::RoutedEvent& event);
  flow::SeriesId SeriesOfStage(flow::FlowId flow, std::string_view stage);
  // `extras`: what the event carries besides the columns, or null.
  event::Outcome Judge(const join::RoutedEvent& event, const oneway::v1::EventExtras* extras,
                       shard::WallReading wall) const;

  const Options options_;
  const hash::SlotMap& slots_;
  ledger::Dictionary& dictionary_;
  std::vector<StreamSeries> series_;  // the stream's dictionary; at most event::kStreamSeriesMax
  absl::flat_hash_map<std::pair<flow::FlowId, std::string>, flow::SeriesId> stages_;  // by flow and id; kStagesMax
  uint64_t generation_;  // of `dictionary_`, when series_ and stages_ were interned
};

}  // namespace oneway::ingest
