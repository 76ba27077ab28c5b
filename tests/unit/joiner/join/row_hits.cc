// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/row_hits.h"

#include "absl/strings/str_cat.h"

namespace oneway::join {

using ledger::Counter;

std::optional<SemanticsRow> RowOf(Counter counter, flow::Shape shape) {
  const bool is_fanout = shape == flow::Shape::kFanout;
  switch (counter) {
    case Counter::kMatched:
      return is_fanout ? SemanticsRow::kClose : SemanticsRow::kMatch;
    case Counter::kEarly:
      return SemanticsRow::kEarly;
    case Counter::kOrphan:
      return is_fanout ? SemanticsRow::kOrder : SemanticsRow::kEarly;
    case Counter::kExpired:
      return is_fanout ? SemanticsRow::kFexpire : SemanticsRow::kExpire;
    case Counter::kLate:
      return SemanticsRow::kLate;
    case Counter::kDuplicate:
      return SemanticsRow::kDup;
    case Counter::kRepeatedStart:
      return SemanticsRow::kRestart;
    case Counter::kSuperseded:
    case Counter::kStale:
      return SemanticsRow::kGen;
    case Counter::kReusedKey:
      return SemanticsRow::kReuse;
    case Counter::kExtraEnd:
      return SemanticsRow::kExtra;
    case Counter::kEnd:
      return SemanticsRow::kEvery;
    case Counter::kStage:
    case Counter::kLateStage:
      return SemanticsRow::kStage;
    case Counter::kNegative:
      return SemanticsRow::kNeg;
    case Counter::kLatePart:
      return SemanticsRow::kLatepart;
    case Counter::kEmpty:
      return SemanticsRow::kEmpty;
    case Counter::kExcessPart:
      return SemanticsRow::kExcess;
    default:
      return std::nullopt;
  }
}

RowHits& RowHits::operator+=(const RowHits& other) {
  for (size_t row = 0; row < hits_.size(); ++row) hits_[row] += other.hits_[row];
  return *this;
}

std::string RowHits::ToString() const {
  std::string text;
  for (size_t row = 0; row < hits_.size(); ++row) {
    if (hits_[row] == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", std::string(kSemanticsRowIds[row]), " ", hits_[row]);
  }
  return text;
}

}  // namespace oneway::join
