// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/journal_rows.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace oneway::journal {
namespace {

Row RowOf(RowKind kind, std::string_view key, Duration at) {
  const XXH128_hash_t fingerprint = XXH3_128bits(key.data(), key.size());
  Row row;
  row.kind = kind;
  row.fingerprint = {fingerprint.high64, fingerprint.low64};
  row.time = kTestEpoch + at;
  row.earliest = row.time;
  row.latest = row.time;
  row.applied_at = row.time;
  return row;
}

Row JoinedRow(RowKind kind, std::string_view key, Duration started_at, Duration latency) {
  Row row = RowOf(kind, key, started_at);
  row.latency = latency;
  row.earliest = std::min(row.time, row.time + latency);
  row.latest = std::max(row.time, row.time + latency);
  row.applied_at = row.latest;
  return row;
}

const char* NameOf(RowKind kind) {
  switch (kind) {
    case RowKind::kStart:
      return "start";
    case RowKind::kEnd:
      return "end";
    case RowKind::kMatched:
      return "matched";
    case RowKind::kExpired:
      return "expired";
    case RowKind::kLate:
      return "late";
    case RowKind::kFanout:
      return "fanout";
    case RowKind::kPart:
      return "part";
    case RowKind::kEmpty:
      return "empty";
    case RowKind::kStuck:
      return "stuck";
    case RowKind::kEnds:
      return "ends";
    case RowKind::kStage:
      return "stage";
  }
  return "unknown";
}

}  // namespace

Row StartRow(std::string_view key, Duration at) {
  Row row = RowOf(RowKind::kStart, key, at);
  row.key = key;
  return row;
}

Row EndRow(std::string_view key, Duration at) {
  Row row = RowOf(RowKind::kEnd, key, at);
  row.key = key;
  return row;
}

Row MatchedRow(std::string_view key, Duration started_at, Duration latency) {
  return JoinedRow(RowKind::kMatched, key, started_at, latency);
}

Row ExpiredRow(std::string_view key, Duration started_at, Duration remember_until) {
  Row row = RowOf(RowKind::kExpired, key, started_at);
  row.remember_until = kTestEpoch + remember_until;
  return row;
}

Row LateRow(std::string_view key, Duration started_at, Duration latency, Duration remember_until) {
  Row row = JoinedRow(RowKind::kLate, key, started_at, latency);
  row.remember_until = kTestEpoch + remember_until;
  return row;
}

Row FanoutRow(std::string_view key, Time start, Time completed, uint32_t expected) {
  Row row = RowOf(RowKind::kFanout, key, {});
  row.time = start;
  row.second_time = completed;
  row.parts = expected;
  row.key = key;
  return row;
}

Row PartRow(std::string_view key, std::string_view part, Time declared, Time ended) {
  Row row = RowOf(RowKind::kPart, key, {});
  row.time = declared;
  row.second_time = ended;
  row.key = part;
  return row;
}

Row StuckRow(std::string_view key, Duration started_at, Duration remember_until, uint32_t missing,
             std::string_view ids) {
  Row row = ExpiredRow(key, started_at, remember_until);
  row.kind = RowKind::kStuck;
  row.second_time = row.time + std::chrono::seconds(9);
  row.parts = missing;
  row.key = ids;
  return row;
}

std::string Render(Sequence sequence, const Row& row) {
  const std::string what = row.IsDone() ? absl::FormatDuration(absl::FromChrono(row.latency)) : std::string(row.key);
  return absl::StrCat(static_cast<uint64_t>(sequence), " ", NameOf(row.kind), " ", what);
}

}  // namespace oneway::journal
