// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"

namespace oneway::journal {

// Place of a row in the journal; rows lie in the order of their sequences, which is about that of arrival.
enum class Sequence : uint64_t {};

// What a row says of its key. The numbers are stored.
enum class RowKind : uint8_t {
  kStart = 1,    // an open key
  kEnd = 2,      // an end that waits for its start; a key may have several
  kMatched = 3,  // DONE row: a remembered key that matched
  kExpired = 4,  // DONE row: a remembered key that expired
  kLate = 5,     // DONE row: a remembered key that expired, and whose late end came
  kFanout = 6,   // a fan-out that is not closed: its start, if it came, and what is not of a part
  kPart = 7,     // a part of such a fan-out
  kEmpty = 8,    // DONE row: a remembered fan-out that matched without a part
  kStuck = 9,    // DONE row: a remembered fan-out that expired, with what was missing
  kEnds = 10,    // an open or early key that gathers ends; each of these is a kPart row
  kStage = 11,   // a stage of a key that is not closed
};

// Stands for a time that is not known.
inline constexpr Time kNoTime = Time::min();

constexpr bool IsDoneKind(RowKind kind) {
  return (kind >= RowKind::kMatched && kind <= RowKind::kLate) || kind == RowKind::kEmpty || kind == RowKind::kStuck;
}

// A row of the journal, decoded. One for each open or remembered key, one more for each waiting end, part and stage.
// `key` points into memory of whoever made the row and lives as long as that.
struct Row {
  RowKind kind = RowKind::kStart;
  hash::Fingerprint fingerprint;
  flow::SeriesId series{};
  flow::FlowId flow{};
  Time time{};            // kStart, kFanout, kEnds, DONE: the start kept; kEnd, kStage: its own; kPart: its declaration
  Duration latency{};     // kMatched, kLate, kEmpty: end - start, negative where the end is earlier
  Time earliest{};        // smallest time of any event applied to the key (kEnd, kPart, kStage: of this alone)
  Time latest{};          // largest time of any event applied to the key (kEnd, kPart, kStage: of this alone)
  Time remember_until{};  // kExpired, kLate, kStuck: the joiner clock has to pass it before the key is forgotten
  Time deadline = kNoTime;  // kExpired, kStuck: up to when its end would have been in time; older rows do not say it
  Time applied_at{};        // joiner clock of the commit that wrote the row; kFanout, kPart: that last changed the key
  Time second_time = kNoTime;  // kFanout: COMPLETED; kPart: its end; kStuck: the last progress
  Time not_before = kNoTime;   // kStart, kFanout, DONE: where it is after the start, when the flow was to begin
  std::optional<flow::SeriesId> completed_series;  // kFanout: of COMPLETED, where it is not `series`
  uint64_t generation = 0;                         // of the life; kEnd: of the life that the end waits for; 0: not said
  uint32_t parts = 0;    // kFanout, kEnds: how many are expected, 0 = not said; kStuck: how many were missing
  std::string_view key;  // kPart, kStage: its id; kStuck: ids of missing parts; empty in other DONE rows

  bool IsDone() const { return IsDoneKind(kind); }
  friend bool operator==(const Row&, const Row&) = default;
};

}  // namespace oneway::journal
