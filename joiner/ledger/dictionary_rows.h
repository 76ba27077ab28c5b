// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/flow/ids.h"
#include "common/time/time.h"
#include "joiner/ledger/labels.h"

namespace oneway::ledger {

// The first byte of a dictionary row's key. The letters are stored; those of the ledger: rows.h.
inline constexpr char kFlowRow = 'F';
inline constexpr char kSeriesRow = 'S';   // labels in which something counts
inline constexpr char kCarriedRow = 'L';  // labels that events other than starts carry

struct FlowRow {
  std::string name;
  Duration retry_window{};
  Time horizon_floor{};

  friend bool operator==(const FlowRow&, const FlowRow&) = default;
};

struct SeriesRow {
  flow::FlowId flow{};
  Labels labels;

  friend bool operator==(const SeriesRow&, const SeriesRow&) = default;
};

// The grammar stands in dictionary_rows.cc. Decode refuses bytes that no Encode wrote, with DATA_LOSS.
std::string DictionaryKey(char kind, uint32_t id);
std::string EncodeFlow(const FlowRow& flow);
absl::Status DecodeFlow(std::string_view value, FlowRow& flow);
std::string EncodeSeries(flow::FlowId flow, const Labels& labels);
absl::Status DecodeSeries(std::string_view value, SeriesRow& series);

}  // namespace oneway::ledger
