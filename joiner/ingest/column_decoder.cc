// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/column_decoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/event/stream_dictionary.h"
#include "common/hash/fingerprint.h"

namespace oneway::ingest {
namespace {

constexpr uint32_t kClockAlarmRetryMillis = 5000;
constexpr Duration kNotBeforeMax = std::chrono::hours(30 * 24);  // ahead of the joiner's wall clock
constexpr size_t kFingerprintBytes = 16;
constexpr size_t kKeySizeBytes = 2;

hash::Fingerprint FingerprintAt(const std::string& column, size_t index) {
  hash::Fingerprint fingerprint;
  std::memcpy(&fingerprint.high, column.data() + index * kFingerprintBytes, sizeof(uint64_t));
  std::memcpy(&fingerprint.low, column.data() + index * kFingerprintBytes + sizeof(uint64_t), sizeof(uint64_t));
  return fingerprint;
}

size_t KeySizeAt(const std::string& column, size_t index) {
  uint16_t size = 0;
  std::memcpy(&size, column.data() + index * kKeySizeBytes, sizeof(size));
  return size;
}

absl::Status CheckSeries(const oneway::v1::Series& series) {
  if (series.flow().empty() || series.flow().size() > event::kFlowNameBytesMax ||
      series.labels_size() > static_cast<int>(event::kLabelsMax)) {
    return absl::InvalidArgumentError("a series of the stream's dictionary breaks the bounds of flow name or labels");
  }
  for (const auto& label : series.labels()) {
    if (label.name().empty() || label.name().size() > event::kLabelNameBytesMax ||
        label.value().size() > event::kLabelValueBytesMax) {
      return absl::InvalidArgumentError("a label of the stream's dictionary is too long or has no name");
    }
  }
  return absl::OkStatus();
}

ledger::Labels LabelsOf(const oneway::v1::Series& series) {
  ledger::Labels labels;
  for (const auto& label : series.labels()) labels.emplace_back(label.name(), label.value());
  std::sort(labels.begin(), labels.end());
  return labels;
}

bool NeedsId(event::Kind kind) {
  return kind == event::Kind::kStage || kind == event::Kind::kPartStarted || kind == event::Kind::kPartEnded;
}

// kNone: nothing is wrong with what the event is and carries. `extras` is null where it carries nothing more.
event::InvalidReason CheckContent(event::Kind kind, const oneway::v1::EventExtras* extras) {
  using event::InvalidReason;
  if (kind < event::Kind::kStart || kind > event::Kind::kCompleted) return InvalidReason::kUnknownKind;
  if (extras == nullptr) return NeedsId(kind) ? InvalidReason::kIdLength : InvalidReason::kNone;
  if (extras->id().size() > event::kIdBytesMax) return InvalidReason::kIdLength;
  if (extras->id().empty() && NeedsId(kind)) return InvalidReason::kIdLength;
  if (extras->expected() > event::kPartsMax) return InvalidReason::kTooManyParts;
  return InvalidReason::kNone;
}

// Makes room for all ids of a frame, so that views into `ids` stay while it is filled.
void ReserveIds(const oneway::v1::EventColumns& columns, std::string& ids) {
  size_t bytes = 0;
  for (const auto& extras : columns.extras()) bytes += std::min(extras.id().size(), event::kIdBytesMax);
  ids.reserve(bytes);
}

// Appends the id to `ids`, where there is room.
void TakeExtras(const oneway::v1::EventExtras& extras, std::string& ids, join::RoutedEvent& event) {
  const size_t offset = ids.size();
  ids += extras.id();
  event.id = std::string_view(ids).substr(offset);
  event.expected = extras.expected();
  event.generation = extras.generation();
  if (extras.not_before_unix_nanos() != 0) event.not_before = FromUnixNanos(extras.not_before_unix_nanos());
}

// A time beyond what the type can hold, in the year 2262, reads as one long before 1970.
bool IsBeyond(Time time, Time bound) {
  return time > bound || time < Time{};
}

}  // namespace

ColumnDecoder::ColumnDecoder(Options options, const hash::SlotMap& slots, ledger::Dictionary& dictionary)
    : options_(options), slots_(slots), dictionary_(dictionary), generation_(dictionary.generation()) {}

absl::StatusOr<std::unique_ptr<shard::EventBatch>> ColumnDecoder::Decode(oneway::v1::EventColumns& columns,
                                                                         shard::WallReading wall) {
  if (absl::Status status = CheckSizes(columns); !status.ok()) return status;
  InternAgainAfterReload();
  if (absl::Status status = TakeSeries(columns); !status.ok()) return status;
  auto batch = std::make_unique<shard::EventBatch>();
  batch->keys = std::move(*columns.mutable_keys());
  if (absl::Status status = DecodeEvents(columns, wall, *batch); !status.ok()) return status;
  return batch;
}

absl::Status ColumnDecoder::CheckSizes(const oneway::v1::EventColumns& columns) const {
  const size_t count = columns.count();
  if (count == 0 || count > event::kFrameEventsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame holds 1 to ", event::kFrameEventsMax, " events, not ", count));
  }
  if (columns.slot_epoch() != slots_.epoch()) {
    return absl::FailedPreconditionError(absl::StrCat("the frame was routed by slot epoch ", columns.slot_epoch(),
                                                      ", this joiner has ", slots_.epoch()));
  }
  if (columns.kinds().size() != count || static_cast<size_t>(columns.times_unix_nanos_size()) != count ||
      columns.fingerprints().size() != count * kFingerprintBytes ||
      columns.key_sizes().size() != count * kKeySizeBytes || static_cast<size_t>(columns.series_size()) != count) {
    return absl::InvalidArgumentError("the columns of a frame differ in length");
  }
  uint64_t extras_from = 0;
  for (const auto& extras : columns.extras()) {
    if (extras.index() < extras_from || extras.index() >= count) {
      return absl::InvalidArgumentError(
          "the extras of a frame are not ascending, or of an event that it does not hold");
    }
    extras_from = uint64_t{extras.index()} + 1;
  }
  size_t key_bytes = 0;
  for (size_t i = 0; i < count; ++i) key_bytes += KeySizeAt(columns.key_sizes(), i);
  if (key_bytes != columns.keys().size()) {
    return absl::InvalidArgumentError("the key sizes of a frame do not add up to its keys");
  }
  return absl::OkStatus();
}

// A stream lives for days: it must not go on with labels that the flow has no more, or with a flow that has rules of
// its own by now.
void ColumnDecoder::InternAgainAfterReload() {
  const uint64_t generation = dictionary_.generation();
  if (generation == generation_) return;
  for (StreamSeries& series : series_) {
    series.flow_id = dictionary_.InternFlow(series.flow);
    series.of_starts.reset();
    series.of_others.reset();
  }
  stages_.clear();
  generation_ = generation;
}

absl::Status ColumnDecoder::TakeSeries(const oneway::v1::EventColumns& columns) {
  if (columns.series_added_size() > kSeriesAddedMax) {
    return absl::InvalidArgumentError(absl::StrCat("a frame adds at most ", kSeriesAddedMax, " series"));
  }
  for (const auto& entry : columns.series_added()) {
    if (entry.id() > series_.size() || entry.id() >= event::kStreamSeriesMax) {
      return absl::InvalidArgumentError("the stream's dictionary has a gap or is too large");
    }
    if (absl::Status status = CheckSeries(entry.series()); !status.ok()) return status;
    if (entry.id() == series_.size()) series_.emplace_back();
    series_[entry.id()] = {.flow = entry.series().flow(),
                           .labels = LabelsOf(entry.series()),
                           .flow_id = dictionary_.InternFlow(entry.series().flow())};
  }
  return absl::OkStatus();
}

absl::Status ColumnDecoder::DecodeEvents(const oneway::v1::EventColumns& columns, shard::WallReading wall,
                                         shard::EventBatch& batch) {
  ReserveIds(columns, batch.ids);
  batch.events.reserve(columns.count());
  auto next_extras = columns.extras().begin();
  const auto extras_end = columns.extras().end();
  size_t key_offset = 0;
  for (uint32_t i = 0; i < columns.count(); ++i) {
    const size_t key_size = KeySizeAt(columns.key_sizes(), i);
    if (columns.series(static_cast<int>(i)) >= series_.size()) {
      return absl::InvalidArgumentError("an event names a series that the stream's dictionary does not have");
    }
    StreamSeries& series = series_[columns.series(static_cast<int>(i))];
    join::RoutedEvent event{.kind = event::Kind(columns.kinds()[i]),
                            .fingerprint = FingerprintAt(columns.fingerprints(), i),
                            .flow = series.flow_id,
                            .time = FromUnixNanos(columns.times_unix_nanos(static_cast<int>(i))),
                            .key = std::string_view(batch.keys).substr(key_offset, key_size)};
    key_offset += key_size;
    if (absl::Status status = CheckIdentity(event, series.flow); !status.ok()) return status;
    if (absl::Status status = CheckRoute(event); !status.ok()) return status;

    const bool has_extras = next_extras != extras_end && next_extras->index() == i;
    const oneway::v1::EventExtras* extras = has_extras ? &*next_extras++ : nullptr;
    const event::Outcome outcome = Judge(event, extras, wall);
    if (outcome.status != event::Status::kOk) {
      batch.refused.push_back({i, outcome});
      continue;
    }
    if (extras != nullptr) TakeExtras(*extras, batch.ids, event);
    event.series = SeriesOf(series, event);
    batch.events.push_back(event);
    batch.indices.push_back(i);
  }
  if (batch.refused.empty()) batch.indices.clear();
  return absl::OkStatus();
}

// Labels take one of the flow's series only where a start has them, or where the shard counts something in them.
flow::SeriesId ColumnDecoder::SeriesOf(StreamSeries& series, const join::RoutedEvent& event) {
  if (event.kind == event::Kind::kStage) return SeriesOfStage(event.flow, event.id);
  if (event.kind == event::Kind::kStart) {
    if (!series.of_starts) series.of_starts = dictionary_.InternSeries(series.flow_id, series.labels);
    return *series.of_starts;
  }
  if (!series.of_others) series.of_others = dictionary_.InternCarried(series.flow_id, series.labels);
  return *series.of_others;
}

// The stage tells its series apart, not the labels.
flow::SeriesId ColumnDecoder::SeriesOfStage(flow::FlowId flow, std::string_view stage) {
  const std::pair<flow::FlowId, std::string> key(flow, stage);
  if (const auto known = stages_.find(key); known != stages_.end()) return known->second;
  const flow::SeriesId series = dictionary_.InternStage(flow, stage);
  if (stages_.size() < kStagesMax) stages_.emplace(key, series);
  return series;
}

absl::Status ColumnDecoder::CheckIdentity(const join::RoutedEvent& event, const std::string& flow) const {
  if (event.key.empty() || event.key.size() > event::kKeyBytesMax) {
    return absl::InvalidArgumentError("a frame holds a key that is empty or too long");
  }
  if (hash::FingerprintOf(options_.seed, flow, event.key) != event.fingerprint) {
    return absl::InvalidArgumentError("the fingerprint of an event is not that of its flow and key");
  }
  return absl::OkStatus();
}

absl::Status ColumnDecoder::CheckRoute(const join::RoutedEvent& event) const {
  const hash::SlotId slot = hash::SlotOf(event.fingerprint);
  const auto slot_number = static_cast<uint32_t>(slot);
  if (slots_.OwnerOf(slot) != options_.joiner) {
    return absl::FailedPreconditionError(absl::StrCat("slot ", slot_number, " belongs to joiner number ",
                                                      static_cast<uint32_t>(slots_.OwnerOf(slot)),
                                                      ", not to this one"));
  }
  if (slot_number % options_.shards != options_.shard) {
    return absl::FailedPreconditionError(absl::StrCat("slot ", slot_number, " belongs to shard ",
                                                      slot_number % options_.shards, " of ", options_.shards,
                                                      ", but came on the stream of shard ", options_.shard));
  }
  return absl::OkStatus();
}

event::Outcome ColumnDecoder::Judge(const join::RoutedEvent& event, const oneway::v1::EventExtras* extras,
                                    shard::WallReading wall) const {
  const event::InvalidReason reason = CheckContent(event.kind, extras);
  if (reason != event::InvalidReason::kNone) return {.status = event::Status::kInvalid, .reason = reason};
  const bool waits = extras != nullptr && extras->not_before_unix_nanos() != 0;
  const bool ahead = IsBeyond(event.time, wall.now + options_.skew_max);
  const bool waits_beyond = waits && IsBeyond(FromUnixNanos(extras->not_before_unix_nanos()), wall.now + kNotBeforeMax);
  if (!ahead && !waits_beyond) return {};
  if (wall.alarmed) return {.status = event::Status::kRetryAfter, .retry_after_millis = kClockAlarmRetryMillis};
  return {.status = event::Status::kInvalid,
          .reason = ahead ? event::InvalidReason::kTimeAhead : event::InvalidReason::kNotBeforeAhead};
}

}  // namespace oneway::ingest
