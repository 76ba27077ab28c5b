// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/rows.h"

#include <algorithm>
#include <optional>

namespace oneway::join {
namespace {

journal::RowKind KindOf(Closing closing) {
  switch (closing) {
    case Closing::kMatched:
      return journal::RowKind::kMatched;
    case Closing::kExpired:
      return journal::RowKind::kExpired;
    case Closing::kEmpty:
      return journal::RowKind::kEmpty;
    case Closing::kLate:
      break;
  }
  return journal::RowKind::kLate;
}

// Told only where it is not that of the key, which is as a rule.
std::optional<flow::SeriesId> CompletedSeriesOf(const GatheringKey& key) {
  if (key.completed == kNoTime || key.completed_series == key.series) return std::nullopt;
  return key.completed_series;
}

// What the rows of an open and of a closed key have in common.
template <typename Key>
journal::Row RowOf(const Key& key, const Uncommon& uncommon, Time applied_at) {
  return {.fingerprint = key.fingerprint,
          .series = key.series,
          .flow = key.flow(),
          .time = key.start,
          .earliest = uncommon.span.earliest,
          .latest = uncommon.span.latest,
          .applied_at = applied_at,
          .not_before = uncommon.not_before,
          .generation = uncommon.generation};
}

}  // namespace

journal::Row StartRow(const OpenKey& key, PackedKey::Room& room, const Uncommon& uncommon, Time applied_at) {
  journal::Row row = RowOf(key, uncommon, applied_at);
  row.kind = journal::RowKind::kStart;
  row.key = key.key.view(room);
  return row;
}

journal::Row EndRow(const EarlyKey& key, const WaitingEnd& end, Time applied_at) {
  return {.kind = journal::RowKind::kEnd,
          .fingerprint = key.fingerprint,
          .series = end.series,
          .flow = key.flow,
          .time = end.time,
          .earliest = end.time,
          .latest = end.time,
          .applied_at = applied_at,
          .generation = end.generation,
          .key = key.key.view()};
}

journal::Row GatheringRow(const GatheringKey& key) {
  return {.kind = key.of_ends ? journal::RowKind::kEnds : journal::RowKind::kFanout,
          .fingerprint = key.fingerprint,
          .series = key.series,
          .flow = key.flow(),
          .time = key.start,
          .earliest = key.span.earliest,
          .latest = key.span.latest,
          .applied_at = key.changed_at,
          .second_time = key.completed,
          .not_before = key.not_before,
          .completed_series = CompletedSeriesOf(key),
          .parts = key.expected,
          .key = key.key.view()};
}

journal::Row PartRow(const GatheringKey& key, const Part& part) {
  const Time known = std::max(part.declared, part.ended);
  const bool both = part.declared != kNoTime && part.ended != kNoTime;
  return {.kind = journal::RowKind::kPart,
          .fingerprint = key.fingerprint,
          .series = part.series,
          .flow = key.flow(),
          .time = part.declared,
          .earliest = both ? std::min(part.declared, part.ended) : known,
          .latest = known,
          .applied_at = key.changed_at,
          .second_time = part.ended,
          .key = part.id.view()};
}

journal::Row StageRow(const hash::Fingerprint& fingerprint, flow::FlowId flow, const StageMark& mark, Time applied_at) {
  return {.kind = journal::RowKind::kStage,
          .fingerprint = fingerprint,
          .series = mark.series,
          .flow = flow,
          .time = mark.time,
          .earliest = mark.time,
          .latest = mark.time,
          .applied_at = applied_at,
          .key = mark.id.view()};
}

journal::Row DoneRow(const ClosedKey& key, const Uncommon& uncommon, Time applied_at) {
  journal::Row row = RowOf(key, uncommon, applied_at);
  row.kind = KindOf(key.closing());
  if (key.HasEnd()) row.latency = key.end() - key.start;
  if (!key.IsMatched()) row.remember_until = key.remember_until();
  if (!key.HasEnd()) row.deadline = key.deadline();
  if (key.closing() == Closing::kExpired && uncommon.missing != nullptr) {
    row.kind = journal::RowKind::kStuck;
    row.second_time = uncommon.missing->last_progress;
    row.parts = uncommon.missing->count;
    row.key = uncommon.missing->ids;
  }
  return row;
}

Uncommon UncommonOf(const journal::Row& row) {
  Uncommon uncommon{.span = {row.earliest, row.latest}, .generation = row.generation, .not_before = row.not_before};
  if (row.kind == journal::RowKind::kStuck) {
    uncommon.missing = std::make_shared<const MissingParts>(
        MissingParts{.count = row.parts, .last_progress = row.second_time, .ids = std::string(row.key)});
  }
  return uncommon;
}

}  // namespace oneway::join
