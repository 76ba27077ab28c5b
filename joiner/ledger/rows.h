// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "joiner/journal/journal_store.h"
#include "joiner/ledger/delta.h"
#include "joiner/ledger/minute.h"
#include "joiner/ledger/tally.h"

namespace oneway::ledger {

// The first byte of a ledger row's key. 'F', 'S' and 'L' are the dictionary's. The letters are stored.
enum class RowKind : char {
  kDelta = 'D',         // what one commit counted; by commit number
  kFlowTotal = 'T',     // by flow
  kSeriesTotal = 'U',   // by series
  kFlowMinute = 'M',    // by minute and flow
  kSeriesMinute = 'N',  // by minute and series
  kSeriesHour = 'H',    // by hour and series
  kFirstKept = 'K',     // from which minute or hour on each kind of cell is kept
};

// Where the cells of each kind begin; what lay before is gone: rolled into hours, too old, or evicted.
struct FirstKept {
  Minute flow_minute{};
  Minute series_minute{};
  Hour series_hour{};

  friend bool operator==(const FirstKept&, const FirstKept&) = default;
};

// Keys. `span` is a minute or an hour, `id` a flow or a series.
std::string DeltaKey(journal::CommitNumber number);
std::string TotalKey(RowKind kind, uint32_t id);
std::string CellKey(RowKind kind, uint32_t span, uint32_t id);
std::string FirstKeptKey();

// Values. The grammar stands in rows.cc. Every Decode refuses bytes that no Encode wrote, with DATA_LOSS; what it was
// given to fill may then be half filled.
void AppendDeltaVersion(std::string& value);
void AppendDelta(const Delta& delta, std::string& value);
absl::Status DecodeDelta(std::string_view value, Delta& delta);  // adds to `delta`

std::string EncodeTally(const Tally& tally);
absl::Status DecodeTally(std::string_view value, Tally& tally);

std::string EncodeSeriesTotal(flow::FlowId flow, const Tally& tally);
absl::Status DecodeSeriesTotal(std::string_view value, flow::FlowId& flow, Tally& tally);

std::string EncodeFirstKept(const FirstKept& first_kept);
absl::Status DecodeFirstKept(std::string_view value, FirstKept& first_kept);

}  // namespace oneway::ledger
