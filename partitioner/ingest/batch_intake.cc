// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/batch_intake.h"

#include <utility>

#include "partitioner/ingest/validate.h"

namespace oneway::partitioner::ingest {
namespace {

using event::InvalidReason;
using event::Outcome;
using event::Status;

// The table is full of series whose events wait for joiners: there is room once some of these are settled.
constexpr uint32_t kNoSeriesRetryAfterMillis = 1'000;

route::SeriesName NameOf(const v1::Series& series) {
  route::SeriesName name{.flow = series.flow(), .labels = {}};
  for (const v1::Label& label : series.labels()) name.labels.emplace_back(label.name(), label.value());
  return name;
}

}  // namespace

BatchIntake::BatchIntake(const Parts& parts) : parts_(parts), stager_(parts.slots, parts.seed) {}

void BatchIntake::Take(const v1::IngestBatch& batch, const std::shared_ptr<route::BatchTicket>& ticket) {
  parts_.destination.read_shards(shards_);
  stager_.Open(shards_);
  series_.clear();
  route::HeldSeries held;
  for (const v1::Series& series : batch.series()) series_.push_back(Resolve(series, held));
  ticket->Hold(std::move(held));

  uint32_t refused = 0;
  for (int i = 0; i < batch.events_size(); ++i) {
    const v1::Event& event = batch.events(i);
    if (const Outcome outcome = Judge(event); outcome.status == Status::kOk) {
      Stage(event, static_cast<uint16_t>(i));
    } else {
      ticket->Except(static_cast<uint32_t>(i), outcome);
      ++refused;
    }
  }
  for (const route::StagedLane* lane : stager_.staged()) parts_.destination.append(*lane, ticket);
  ticket->Settle(refused + 1);
}

BatchIntake::BatchSeries BatchIntake::Resolve(const v1::Series& series, route::HeldSeries& held) {
  if (const InvalidReason reason = CheckSeries(series); reason != InvalidReason::kNone) {
    return {.refusal = {.status = Status::kInvalid, .reason = reason}, .flow = {}};
  }
  const auto number = held.Take(parts_.series, NameOf(series));
  if (!number) {
    return {.refusal = {.status = Status::kRetryAfter, .retry_after_millis = kNoSeriesRetryAfterMillis}, .flow = {}};
  }
  return {.refusal = {}, .flow = series.flow(), .number = *number};
}

Outcome BatchIntake::Judge(const v1::Event& event) const {
  if (const InvalidReason reason = CheckEvent(event, series_.size()); reason != InvalidReason::kNone) {
    return {.status = Status::kInvalid, .reason = reason};
  }
  return series_[event.series()].refusal;
}

void BatchIntake::Stage(const v1::Event& event, uint16_t index) {
  const BatchSeries& series = series_[event.series()];
  stager_.Stage({.kind = static_cast<event::Kind>(event.kind()),
                 .time_unix_nanos = event.time_unix_nanos(),
                 .key = event.key(),
                 .expected = event.expected(),
                 .not_before_unix_nanos = event.not_before_unix_nanos(),
                 .generation = event.generation(),
                 .id = event.id()},
                series.flow, series.number, index);
}

}  // namespace oneway::partitioner::ingest
