// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
};

// A row of the journal, decoded. One for each open or remembered key, one more for each waiting end.
// `key` points into memory of whoever made the row and lives as long as that.
struct Row {
  RowKind kind = RowKind::kStart;
  hash::Fingerprint fingerprint;
  flow::SeriesId series{};
  flow::FlowId flow{};
  Time time{};            // kStart: the start kept; kEnd: the end; DONE: the start
  Duration latency{};     // kMatched, kLate: end - start, negative where the end is earlier
  Time earliest{};        // smallest time of any event applied to the key (kEnd: of this end)
  Time latest{};          // largest time of any event applied to the key (kEnd: of this end)
  Time remember_until{};  // kExpired, kLate: the joiner clock has to pass it too before the key is forgotten
  Time applied_at{};      // joiner clock of the commit that wrote the row
  std::string_view key;   // kStart, kEnd; empty in DONE rows

  bool IsDone() const { return kind >= RowKind::kMatched; }
  friend bool operator==(const Row&, const Row&) = default;
};

}  // namespace oneway::journal
