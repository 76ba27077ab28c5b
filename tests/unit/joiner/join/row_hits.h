// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "common/flow/rules.h"
#include "joiner/ledger/count.h"

namespace oneway::join {

// The rows of docs/semantics.md, in their order.
enum class SemanticsRow {
  kMatch,
  kEarly,
  kExpire,
  kLate,
  kDup,
  kRestart,
  kGen,
  kReuse,
  kExtra,
  kEvery,
  kStage,
  kNeg,
  kLabels,
  kClose,
  kOrder,
  kSettle,
  kLatepart,
  kEmpty,
  kExcess,
  kFexpire,
};
inline constexpr std::array<std::string_view, 20> kSemanticsRowIds = {
    "match", "early", "expire", "late",  "dup",   "restart", "gen",      "reuse", "extra",  "every",
    "stage", "neg",   "labels", "close", "order", "settle",  "latepart", "empty", "excess", "fexpire"};

// The row by which `counter` counts, in a flow of that shape; none where the count does not tell.
std::optional<SemanticsRow> RowOf(ledger::Counter counter, flow::Shape shape);

// How often each row of the semantics was applied. A value; threading: external.
class RowHits {
 public:
  void Add(SemanticsRow row, uint64_t times = 1) { hits_[static_cast<size_t>(row)] += times; }
  void Add(std::optional<SemanticsRow> row) {
    if (row) Add(*row);
  }
  uint64_t Of(SemanticsRow row) const { return hits_[static_cast<size_t>(row)]; }
  RowHits& operator+=(const RowHits& other);

  // "match 12, early 3", without those never hit.
  std::string ToString() const;

 private:
  std::array<uint64_t, kSemanticsRowIds.size()> hits_{};
};

}  // namespace oneway::join
