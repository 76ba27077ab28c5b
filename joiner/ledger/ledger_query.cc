// SPDX-License-Identifier: Apache-2.0
//
// Ledger's answers: totals and cells, and what was applied since they were settled.
#include <algorithm>
#include <utility>

#include "joiner/ledger/ledger.h"

namespace oneway::ledger {
namespace {

// A window in minutes, and in the hours that begin in it.
struct Window {
  Window(Time from, Time until) : first(FirstMinuteFrom(from)), last(FirstMinuteFrom(until)) {}

  bool Has(Minute minute) const { return first <= minute && minute < last; }
  bool Has(Hour hour) const { return first_hour <= hour && hour < last_hour; }

  const Minute first;
  const Minute last;  // exclusive, as last_hour
  const Hour first_hour = FirstHourFrom(first);
  const Hour last_hour = FirstHourFrom(last);
};

// Of `recent`, the cells that are included(cell).
template <typename Included>
void AddTotals(const Delta& recent, Figures& figures, Included included) {
  for (const Delta::Cell& cell : recent.cells()) {
    if (!included(cell)) continue;
    Tally total;
    total.MergeIntoTotal(cell.tally);
    total.AddTo(figures);
  }
}

}  // namespace

Figures Ledger::TotalOf(flow::FlowId flow) const {
  Figures figures = flow_totals_.Of(flow);
  AddTotals(recent_, figures, [flow](const Delta::Cell& cell) { return cell.flow == flow; });
  return figures;
}

Figures Ledger::TotalOf(flow::SeriesId series) const {
  Figures figures = series_totals_.Of(series);
  AddTotals(recent_, figures, [series](const Delta::Cell& cell) { return cell.series == series; });
  return figures;
}

Figures Ledger::WindowOf(flow::FlowId flow, Time from, Time until) const {
  const Window window(from, until);
  Figures figures;
  flow_minutes_.AddBetween(window.first, window.last, flow, figures);

  // Flow minutes begin with a full hour; the hours before it are whole in the cells of the series.
  const Hour last_hour = std::min(window.last_hour, HourOf(flow_minutes_.first_kept()));
  if (window.first_hour < last_hour) {
    for (const flow::SeriesId series : SeriesOf(flow)) {
      series_hours_.AddBetween(window.first_hour, last_hour, series, figures);
    }
  }

  for (const Delta::Cell& cell : recent_.cells()) {
    if (cell.flow != flow) continue;
    const Hour hour = HourOf(cell.minute);
    const bool in_hours = window.Has(hour) && series_hours_.Keeps(hour);
    if (flow_minutes_.Keeps(cell.minute) ? window.Has(cell.minute) : in_hours) cell.tally.AddTo(figures);
  }
  return figures;
}

Figures Ledger::WindowOf(flow::SeriesId series, Time from, Time until) const {
  const Window window(from, until);
  Figures figures;
  series_minutes_.AddBetween(window.first, window.last, series, figures);
  series_hours_.AddBetween(window.first_hour, window.last_hour, series, figures);

  for (const Delta::Cell& cell : recent_.cells()) {
    if (cell.series == series && IsOfSeriesWindow(cell, window)) cell.tally.AddTo(figures);
  }
  return figures;
}

// Whether a cell counts in a window of its series.
template <typename Window>
bool Ledger::IsOfSeriesWindow(const Delta::Cell& cell, const Window& window) const {
  if (series_minutes_.Keeps(cell.minute)) return window.Has(cell.minute);
  const Hour hour = HourOf(cell.minute);
  return window.Has(hour) && series_hours_.Keeps(hour);
}

std::vector<std::pair<flow::SeriesId, Figures>> Ledger::SeriesWindowsOf(flow::FlowId flow, Time from,
                                                                        Time until) const {
  const Window window(from, until);
  absl::flat_hash_map<flow::SeriesId, Figures> recent;
  for (const Delta::Cell& cell : recent_.cells()) {
    if (cell.flow == flow && IsOfSeriesWindow(cell, window)) cell.tally.AddTo(recent[cell.series]);
  }
  std::vector<std::pair<flow::SeriesId, Figures>> all;
  for (const flow::SeriesId series : SeriesOf(flow)) {
    Figures& figures = all.emplace_back(series, std::move(recent[series])).second;
    series_minutes_.AddBetween(window.first, window.last, series, figures);
    series_hours_.AddBetween(window.first_hour, window.last_hour, series, figures);
  }
  return all;
}

std::vector<std::pair<flow::SeriesId, Figures>> Ledger::SeriesTotalsOf(flow::FlowId flow) const {
  absl::flat_hash_map<flow::SeriesId, Figures> recent;
  for (const Delta::Cell& cell : recent_.cells()) {
    if (cell.flow != flow) continue;
    Tally total;
    total.MergeIntoTotal(cell.tally);
    total.AddTo(recent[cell.series]);
  }
  std::vector<std::pair<flow::SeriesId, Figures>> all;
  for (const flow::SeriesId series : SeriesOf(flow)) {
    Figures& figures = all.emplace_back(series, std::move(recent[series])).second;
    series_totals_.AddTo(series, figures);
  }
  return all;
}

std::vector<flow::SeriesId> Ledger::SeriesOf(flow::FlowId flow) const {
  const auto found = series_of_.find(flow);
  return found == series_of_.end() ? std::vector<flow::SeriesId>() : found->second;
}

}  // namespace oneway::ledger
