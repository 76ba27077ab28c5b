// SPDX-License-Identifier: Apache-2.0
//
// Ledger's way back from its stored rows.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "joiner/ledger/encoding.h"
#include "joiner/ledger/ledger.h"

namespace oneway::ledger {
namespace {

absl::Status BrokenKey() {
  return absl::DataLossError("ledger row: key of a wrong length");
}

}  // namespace

absl::Status Ledger::Restore(std::string_view key, std::string_view value) {
  Reader reader(key);
  const RowKind kind{static_cast<char>(reader.Byte())};
  switch (kind) {
    case RowKind::kDelta: {
      const journal::CommitNumber number{reader.Be64()};
      if (!reader.AtEnd()) return BrokenKey();
      unfolded_.push_back(number);
      unfolded_bytes_ += value.size();
      return DecodeDelta(value, recent_);
    }
    case RowKind::kFlowTotal:
    case RowKind::kSeriesTotal: {
      const uint32_t id = reader.Be32();
      return reader.AtEnd() ? RestoreTotal(kind, id, value) : BrokenKey();
    }
    case RowKind::kFlowMinute:
    case RowKind::kSeriesMinute:
    case RowKind::kSeriesHour: {
      const uint32_t span = reader.Be32();
      const uint32_t id = reader.Be32();
      return reader.AtEnd() ? RestoreCell(kind, span, id, value) : BrokenKey();
    }
    case RowKind::kFirstKept:
      return reader.AtEnd() ? DecodeFirstKept(value, stored_first_kept_) : BrokenKey();
  }
  return absl::FailedPreconditionError(absl::StrCat("ledger row of unknown kind ", int{static_cast<char>(kind)},
                                                    ": written by a newer version of this program?"));
}

absl::Status Ledger::RestoreTotal(RowKind kind, uint32_t id, std::string_view value) {
  Tally tally;
  if (kind == RowKind::kFlowTotal) {
    if (absl::Status status = DecodeTally(value, tally); !status.ok()) return status;
    flow_totals_.Restore(flow::FlowId(id), std::move(tally));
    return absl::OkStatus();
  }
  flow::FlowId flow{};
  if (absl::Status status = DecodeSeriesTotal(value, flow, tally); !status.ok()) return status;
  KnowSeries(flow::SeriesId(id), flow);
  series_totals_.Restore(flow::SeriesId(id), std::move(tally));
  return absl::OkStatus();
}

absl::Status Ledger::RestoreCell(RowKind kind, uint32_t span, uint32_t id, std::string_view value) {
  Tally tally;
  if (absl::Status status = DecodeTally(value, tally); !status.ok()) return status;
  if (kind == RowKind::kFlowMinute) flow_minutes_.Restore(Minute(span), flow::FlowId(id), std::move(tally));
  if (kind == RowKind::kSeriesMinute) series_minutes_.Restore(Minute(span), flow::SeriesId(id), std::move(tally));
  if (kind == RowKind::kSeriesHour) series_hours_.Restore(Hour(span), flow::SeriesId(id), std::move(tally));
  return absl::OkStatus();
}

void Ledger::FinishRestore() {
  flow_minutes_.KeepFrom(stored_first_kept_.flow_minute);
  series_minutes_.KeepFrom(stored_first_kept_.series_minute);
  series_hours_.KeepFrom(stored_first_kept_.series_hour);
  for (const Delta::Cell& cell : recent_.cells()) KnowSeries(cell.series, cell.flow);
  Settle();
  std::sort(unfolded_.begin(), unfolded_.end());
}

}  // namespace oneway::ledger
