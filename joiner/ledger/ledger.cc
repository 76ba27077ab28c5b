// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/ledger.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace oneway::ledger {
namespace {

constexpr Duration kFlowMinutesKept = std::chrono::hours(24);
constexpr Duration kSeriesMinutesKept = std::chrono::hours(2);
constexpr Duration kSeriesHoursKept = std::chrono::days(35);

}  // namespace

Ledger::Ledger(Options options) : options_(options) {}
Ledger::~Ledger() = default;

void Ledger::Stage(journal::CommitNumber number, Time joiner_clock, const std::vector<const Delta*>& deltas,
                   std::vector<journal::LedgerRow>& rows) {
  LetGoOfOldCells(joiner_clock);
  if (FoldIsDue(joiner_clock)) {
    Fold(rows);
    folded_at_ = joiner_clock;
  }
  StageDeltas(number, deltas, rows);
}

void Ledger::LetGoOfOldCells(Time joiner_clock) {
  // Flow minutes go a full hour at a time, so that in a window the hours of the series join them without a gap.
  flow_minutes_.KeepFrom(FirstMinuteOf(HourOf(MinuteOf(joiner_clock - kFlowMinutesKept))));
  series_minutes_.KeepFrom(
      MinuteOf(joiner_clock - kSeriesMinutesKept),
      [this](Minute minute, flow::SeriesId series, const Tally& tally) { CountInHour(minute, series, tally); });
  series_hours_.KeepFrom(HourOf(MinuteOf(joiner_clock - kSeriesHoursKept)));
}

bool Ledger::FoldIsDue(Time joiner_clock) {
  if (!folded_at_.has_value()) folded_at_ = joiner_clock;
  return joiner_clock - *folded_at_ >= options_.fold_every || unfolded_bytes_ >= kUnfoldedBytesMax ||
         unfolded_.size() >= kUnfoldedRowsMax;
}

void Ledger::Fold(std::vector<journal::LedgerRow>& rows) {
  Settle();
  flow_totals_.Fold(rows, [](flow::FlowId, const Tally& total) { return EncodeTally(total); });
  series_totals_.Fold(rows, [this](flow::SeriesId series, const Tally& total) {
    return EncodeSeriesTotal(flow_of_.at(series), total);
  });
  flow_minutes_.Fold(rows);
  series_minutes_.Fold(rows);
  series_hours_.Fold(rows);
  if (first_kept() != stored_first_kept_) {
    stored_first_kept_ = first_kept();
    rows.push_back({.key = FirstKeptKey(), .value = EncodeFirstKept(stored_first_kept_)});
  }
  for (const journal::CommitNumber number : unfolded_) {
    rows.push_back({.key = DeltaKey(number), .value = std::nullopt});
  }
  unfolded_.clear();
  unfolded_bytes_ = 0;
}

void Ledger::StageDeltas(journal::CommitNumber number, const std::vector<const Delta*>& deltas,
                         std::vector<journal::LedgerRow>& rows) {
  if (std::all_of(deltas.begin(), deltas.end(), [](const Delta* delta) { return delta->empty(); })) return;
  std::string value;
  AppendDeltaVersion(value);
  for (const Delta* delta : deltas) AppendDelta(*delta, value);
  unfolded_.push_back(number);
  unfolded_bytes_ += value.size();
  rows.push_back({.key = DeltaKey(number), .value = std::move(value)});
}

void Ledger::Apply(const std::vector<const Delta*>& deltas) {
  for (const Delta* delta : deltas) {
    for (const Delta::Cell& cell : delta->cells()) {
      KnowSeries(cell.series, cell.flow);
      recent_.At(cell.flow, cell.series, cell.minute).Merge(cell.tally);
    }
  }
  if (recent_.cells().size() >= kRecentCellsMax) Settle();
}

void Ledger::Settle() {
  for (const Delta::Cell& cell : recent_.cells()) {
    CountInSeries(cell);
    by_flow_.At(cell.flow, flow::SeriesId(static_cast<uint32_t>(cell.flow)), cell.minute).Merge(cell.tally);
  }
  for (const Delta::Cell& cell : by_flow_.cells()) CountInFlow(cell);
  recent_.Clear();
  by_flow_.Clear();
  EvictBeyondBound();
}

void Ledger::CountInSeries(const Delta::Cell& cell) {
  series_totals_.Merge(cell.series, cell.tally);
  if (series_minutes_.Keeps(cell.minute)) {
    series_minutes_.Merge(cell.minute, cell.series, cell.tally);
  } else {
    CountInHour(cell.minute, cell.series, cell.tally);
  }
}

void Ledger::CountInHour(Minute minute, flow::SeriesId series, const Tally& tally) {
  if (series_hours_.Keeps(HourOf(minute))) series_hours_.Merge(HourOf(minute), series, tally);
}

void Ledger::CountInFlow(const Delta::Cell& cell) {
  flow_totals_.Merge(cell.flow, cell.tally);
  if (flow_minutes_.Keeps(cell.minute)) flow_minutes_.Merge(cell.minute, cell.flow, cell.tally);
}

void Ledger::KnowSeries(flow::SeriesId series, flow::FlowId flow) {
  if (flow_of_.try_emplace(series, flow).second) series_of_[flow].push_back(series);
}

void Ledger::EvictBeyondBound() {
  while (memory_bytes() > options_.bytes_max) {
    if (!EvictOldestSeriesCells() && !EvictOldestFlowCells()) return;
  }
}

bool Ledger::EvictOldestSeriesCells() {
  const std::optional<Hour> hour = series_hours_.Oldest();
  const std::optional<Minute> minute = series_minutes_.Oldest();
  if (!hour.has_value() && !minute.has_value()) return false;
  if (hour.has_value() && (!minute.has_value() || *hour <= HourOf(*minute))) {
    series_hours_.KeepFrom(NextOf(*hour));
    return true;
  }
  series_minutes_.KeepFrom(NextOf(*minute));
  series_hours_.KeepFrom(NextOf(HourOf(*minute)));  // it would never be whole
  return true;
}

bool Ledger::EvictOldestFlowCells() {
  const std::optional<Minute> minute = flow_minutes_.Oldest();
  if (!minute.has_value()) return false;
  flow_minutes_.KeepFrom(NextOf(*minute));
  // No series cell may begin earlier than the flow's: a window takes hours only where no flow minute is kept.
  series_minutes_.KeepFrom(NextOf(*minute));
  series_hours_.KeepFrom(NextOf(HourOf(*minute)));
  return true;
}

FirstKept Ledger::first_kept() const {
  return {.flow_minute = flow_minutes_.first_kept(),
          .series_minute = series_minutes_.first_kept(),
          .series_hour = series_hours_.first_kept()};
}

uint64_t Ledger::memory_bytes() const {
  return flow_totals_.bytes() + series_totals_.bytes() + flow_minutes_.bytes() + series_minutes_.bytes() +
         series_hours_.bytes();
}

}  // namespace oneway::ledger
