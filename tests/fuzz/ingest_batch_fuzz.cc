// SPDX-License-Identifier: Apache-2.0
//
// Batches of clients, all the way to where a joiner has decoded them. Input: the bytes of an IngestBatch.
#include <glog/logging.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "common/flow/registry.h"
#include "joiner/ingest/column_decoder.h"
#include "partitioner/forward/frame_encoder.h"
#include "partitioner/ingest/batch_intake.h"
#include "partitioner/ingest/validate.h"
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using event::InvalidReason;
using event::Status;
using partitioner::ingest::BatchIntake;
using partitioner::ingest::Destination;
using partitioner::route::BatchException;
using partitioner::route::BatchTicket;
using partitioner::route::SeriesTable;
using partitioner::route::StagedLane;

constexpr hash::HashSeed kSeed{7};
constexpr Time kNow{std::chrono::seconds(1'772'373'600)};
constexpr int kSeriesMax = 1000;  // of a batch, by ingest.proto
constexpr uint32_t kShardsOfJoiners[] = {2, 3};
// Few, so that a table of series that is full comes up.
constexpr SeriesTable::Options kTable{.series_max = 3};

bool IsFlowName(std::string_view name) {
  return !name.empty() && name.size() <= event::kFlowNameBytesMax &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

bool IsLabel(const v1::Label& label) {
  return !label.name().empty() && label.name().size() <= event::kLabelNameBytesMax &&
         label.value().size() <= event::kLabelValueBytesMax;
}

// Everything that is wrong with an event, by the text of the semantics; what only a joiner can judge is not in it.
std::set<InvalidReason> ReasonsAgainst(const v1::Event& event, const v1::IngestBatch& batch) {
  std::set<InvalidReason> reasons;
  const bool needs_id = event.kind() == v1::STAGE || event.kind() == v1::PART_STARTED || event.kind() == v1::PART_ENDED;
  if (event.kind() < v1::START || event.kind() > v1::COMPLETED) reasons.insert(InvalidReason::kUnknownKind);
  if (event.key().empty() || event.key().size() > event::kKeyBytesMax) reasons.insert(InvalidReason::kKeyLength);
  if (event.id().size() > event::kIdBytesMax || (event.id().empty() && needs_id)) {
    reasons.insert(InvalidReason::kIdLength);
  }
  if (event.expected() > event::kPartsMax) reasons.insert(InvalidReason::kTooManyParts);
  if (event.series() >= static_cast<uint32_t>(batch.series_size())) {
    reasons.insert(InvalidReason::kUnknownSeries);
    return reasons;
  }
  const v1::Series& series = batch.series(static_cast<int>(event.series()));
  if (!IsFlowName(series.flow())) reasons.insert(InvalidReason::kFlowName);
  if (series.labels_size() > static_cast<int>(event::kLabelsMax)) reasons.insert(InvalidReason::kLabels);
  if (!std::ranges::all_of(series.labels(), IsLabel)) reasons.insert(InvalidReason::kLabels);
  return reasons;
}

// The receiving end: one joiner's decoders would refuse a whole frame for anything that a partitioner must not send.
class Joiner {
 public:
  Joiner(const hash::SlotMap& slots, const SeriesTable& series) : slots_(slots), series_(series) {
    dictionary_.Open({});
  }

  void Receive(const StagedLane& lane) {
    ingest::ColumnDecoder decoder({.seed = kSeed, .joiner = lane.joiner, .shard = lane.shard, .shards = lane.shards},
                                  slots_, dictionary_);
    partitioner::forward::FrameEncoder encoder(series_);
    partitioner::route::Position position;
    std::vector<std::string> flows;
    while (position.event < lane.columns.count()) {
      v1::EventColumns columns;
      position = encoder.Encode(lane.columns, position, position.event + 1, columns);
      for (const v1::SeriesEntry& entry : columns.series_added()) flows.push_back(entry.series().flow());
      const v1::EventColumns sent = columns;
      const shard::WallReading wall{.now = kNow};
      const auto batch = decoder.Decode(columns, wall);
      CHECK(batch.ok()) << "the joiner would end the stream: " << batch.status();
      CheckBatch({.columns = sent, .flows = flows, .wall = wall, .skew_max = std::chrono::minutes(5)}, **batch);
      for (const shard::EventException& refused : (*batch)->refused) CheckOnlyTimeIsWrong(refused.outcome);
    }
  }

 private:
  static void CheckOnlyTimeIsWrong(const event::Outcome& outcome) {
    CHECK(outcome.status == Status::kInvalid);
    CHECK(outcome.reason == InvalidReason::kTimeAhead || outcome.reason == InvalidReason::kNotBeforeAhead);
  }

  const hash::SlotMap& slots_;
  const SeriesTable& series_;
  flow::Registry registry_;
  ledger::Dictionary dictionary_{{.configured = {}, .defaults = {.labels = {"app"}}, .unconfigured_max = 2}, registry_};
};

std::vector<partitioner::route::Label> SortedLabels(const v1::Series& series) {
  std::vector<partitioner::route::Label> labels;
  for (const v1::Label& label : series.labels()) labels.emplace_back(label.name(), label.value());
  std::sort(labels.begin(), labels.end());
  return labels;
}

// What a lane holds of an event is what the client sent.
void CheckLane(const StagedLane& lane, const v1::IngestBatch& batch, const SeriesTable& series,
               std::vector<bool>& staged) {
  const auto& columns = lane.columns;
  partitioner::route::Position position;
  for (size_t i = 0; i < columns.count(); ++i) {
    const uint16_t index = columns.batch_indices[i];
    const v1::Event& event = batch.events(index);
    CHECK(!staged.at(index)) << "an event was handed over twice";
    staged[index] = true;
    CHECK_EQ(static_cast<int>(columns.kinds[i]), event.kind());
    CHECK_EQ(columns.times_unix_nanos[i], event.time_unix_nanos());
    CHECK(std::string_view(columns.keys).substr(position.key_byte, columns.key_sizes[i]) == event.key());
    const auto& name = series.Of(columns.series[i]);
    CHECK(name.flow == batch.series(static_cast<int>(event.series())).flow());
    CHECK(name.labels == SortedLabels(batch.series(static_cast<int>(event.series()))));
    CHECK(columns.fingerprints[i] == hash::FingerprintOf(kSeed, name.flow, event.key()));
    columns.Advance(position, 1);
  }
}

// An event is refused exactly if something is wrong with it, with one of the reasons that are true; or put off, when
// there is no room for the name of its series.
void CheckAnswer(const v1::IngestBatch& batch, const std::vector<BatchException>& exceptions,
                 const std::vector<bool>& staged) {
  size_t next = 0;
  for (uint32_t i = 0; i < staged.size(); ++i) {
    const std::set<InvalidReason> reasons = ReasonsAgainst(batch.events(static_cast<int>(i)), batch);
    if (next == exceptions.size() || exceptions[next].index != i) {
      CHECK(staged[i] && reasons.empty());
      continue;
    }
    const event::Outcome& outcome = exceptions[next++].outcome;
    CHECK(!staged[i]) << "an event was refused and handed over";
    if (outcome.status == Status::kRetryAfter) {
      CHECK(reasons.empty() && outcome.retry_after_millis > 0);
    } else {
      CHECK(outcome.status == Status::kInvalid && reasons.contains(outcome.reason));
    }
  }
  CHECK_EQ(next, exceptions.size()) << "exceptions are not ascending, or of events that the batch does not hold";
}

// One partitioner for all inputs, because laying out the slots takes longer than most batches; each finds an empty
// table of series, and nothing else stays. It hands over to a joiner that is new for each batch.
class Partitioner {
 public:
  // True when any event was handed over.
  bool Take(const v1::IngestBatch& batch) {
    series_.emplace(kTable);
    joiner_.reset();
    batch_ = &batch;
    staged_.assign(static_cast<size_t>(batch.events_size()), false);
    int answers = 0;
    std::vector<BatchException> exceptions;
    const auto ticket = std::make_shared<BatchTicket>(batch.batch(), static_cast<uint32_t>(batch.events_size()) + 1,
                                                      [&](uint64_t number, std::vector<BatchException> all) {
                                                        CHECK_EQ(number, batch.batch());
                                                        ++answers;
                                                        exceptions = std::move(all);
                                                      });
    intake_.Take(batch, ticket);
    CHECK_EQ(answers, 1);
    CheckAnswer(batch, exceptions, staged_);
    return std::find(staged_.begin(), staged_.end(), true) != staged_.end();
  }

 private:
  void Append(const StagedLane& lane, BatchTicket& ticket) {
    CheckLane(lane, *batch_, *series_, staged_);
    if (!joiner_.has_value()) joiner_.emplace(slots_, *series_);
    joiner_->Receive(lane);
    ticket.Settle(static_cast<uint32_t>(lane.columns.count()));
  }

  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(std::size(kShardsOfJoiners));
  std::optional<SeriesTable> series_{kTable};
  const Destination destination_{
      .read_shards =
          [](std::vector<uint32_t>& shards) {
            shards = {std::begin(kShardsOfJoiners), std::end(kShardsOfJoiners)};
          },
      .append = [this](const StagedLane& lane, const std::shared_ptr<BatchTicket>& ticket) { Append(lane, *ticket); }};
  BatchIntake intake_{{.slots = slots_, .seed = kSeed, .series = *series_, .destination = destination_}};
  std::optional<Joiner> joiner_;
  // Of the batch in hand.
  const v1::IngestBatch* batch_ = nullptr;
  std::vector<bool> staged_;
};

// Otherwise the library writes a line for each message that is not one.
[[maybe_unused]] google::protobuf::LogHandler* const kLogUntilNow = google::protobuf::SetLogHandler(nullptr);

}  // namespace

bool Try(std::string_view input) {
  v1::IngestBatch batch;
  if (!batch.ParseFromArray(input.data(), static_cast<int>(input.size()))) return false;
  const absl::Status status = partitioner::ingest::CheckBatch(batch);
  const bool within_bounds = batch.events_size() <= static_cast<int>(event::kBatchEventsMax) &&
                             batch.series_size() <= kSeriesMax && batch.ByteSizeLong() <= event::kBatchBytesMax;
  CHECK_EQ(status.ok(), within_bounds) << status;
  static Partitioner partitioner;
  if (status.ok()) return partitioner.Take(batch);
  CHECK(absl::IsInvalidArgument(status) && !status.message().empty()) << status;
  return false;
}

}  // namespace oneway::fuzz
