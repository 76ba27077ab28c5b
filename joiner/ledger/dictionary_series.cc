// SPDX-License-Identifier: Apache-2.0
//
// Dictionary's series: which labels have a number, and in which series they count.
#include <glog/logging.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/event/event.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/ledger/dictionary_rows.h"

namespace oneway::ledger {
namespace {

const Labels& OverflowLabels() {
  static const Labels* const labels = new Labels{{"__overflow__", "true"}};
  return *labels;
}

Labels Allowed(const Labels& labels, const std::vector<std::string>& allowed) {
  Labels kept;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(kept),
               [&](const auto& label) { return std::binary_search(allowed.begin(), allowed.end(), label.first); });
  return kept;
}

bool Has(const Labels& labels, const std::string& name) {
  return std::any_of(labels.begin(), labels.end(), [&](const auto& label) { return label.first == name; });
}

Labels Completed(Labels labels, const Labels& carried) {
  for (const auto& label : carried) {
    if (labels.size() < event::kLabelsMax && !Has(labels, label.first)) labels.push_back(label);
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

}  // namespace

flow::SeriesId Dictionary::InternSeries(flow::FlowId flow, const Labels& labels) {
  const sync::MutexLock lock(mutex_);
  return FindOrAddSeries(flow, Allowed(labels, At(flow).labels));
}

flow::SeriesId Dictionary::InternStage(flow::FlowId flow, std::string_view name) {
  const sync::MutexLock lock(mutex_);
  return FindOrAddSeries(flow, {{kStageLabel, std::string(name)}});
}

flow::SeriesId Dictionary::InternCarried(flow::FlowId flow, const Labels& labels) {
  const sync::MutexLock lock(mutex_);
  const Labels allowed = Allowed(labels, At(flow).labels);
  if (const auto known = FindSeries(flow, allowed)) return *known;
  const bool room = At(flow).carried < At(flow).max_series && HasRoomForSeries();
  return room ? AddSeries(flow, allowed, /*counts=*/false) : OverflowOf(flow);
}

flow::SeriesId Dictionary::Complete(flow::SeriesId start, flow::SeriesId carried) {
  const sync::MutexLock lock(mutex_);
  CHECK_LT(static_cast<uint32_t>(std::max(start, carried)), series_.size());
  const flow::FlowId flow = At(start).name.flow;
  // What cannot be told is not made up.
  if (IsOverflow(start) || IsOverflow(carried)) return OverflowOf(flow);
  return FindOrAddSeries(flow, Completed(At(start).name.labels, At(carried).name.labels));
}

flow::SeriesId Dictionary::FindOrAddSeries(flow::FlowId flow, const Labels& labels) {
  const std::optional<flow::SeriesId> known = FindSeries(flow, labels);
  if (known && At(*known).counts) return *known;
  if (At(flow).series >= At(flow).max_series) return OverflowOf(flow);
  if (known) return LetCount(*known);
  return HasRoomForSeries() ? AddSeries(flow, labels, /*counts=*/true) : OverflowOf(flow);
}

std::optional<flow::SeriesId> Dictionary::FindSeries(flow::FlowId flow, const Labels& labels) const {
  const auto known = series_ids_.find(EncodeSeries(flow, labels));
  if (known == series_ids_.end()) return std::nullopt;
  return known->second;
}

flow::SeriesId Dictionary::OverflowOf(flow::FlowId flow) {
  return At(flow).overflow.has_value() ? *At(flow).overflow : AddSeries(flow, OverflowLabels(), /*counts=*/true);
}

flow::SeriesId Dictionary::AddSeries(flow::FlowId flow, const Labels& labels, bool counts) {
  const auto id = flow::SeriesId(series_.size());
  series_.push_back({.name = {.flow = flow, .labels = labels}, .counts = counts});
  IndexSeries(id);
  pending_.push_back({.key = DictionaryKey(counts ? kSeriesRow : kCarriedRow, static_cast<uint32_t>(id)),
                      .value = EncodeSeries(flow, labels)});
  return id;
}

// What events only carried so far counts from now on. Its row is written once more, as one that counts.
flow::SeriesId Dictionary::LetCount(flow::SeriesId id) {
  Series& series = At(id);
  series.counts = true;
  --At(series.name.flow).carried;
  ++At(series.name.flow).series;
  pending_.push_back({.key = DictionaryKey(kSeriesRow, static_cast<uint32_t>(id)),
                      .value = EncodeSeries(series.name.flow, series.name.labels)});
  return id;
}

void Dictionary::IndexSeries(flow::SeriesId id) {
  const Series& series = At(id);
  Flow& flow = At(series.name.flow);
  series_ids_[EncodeSeries(series.name.flow, series.name.labels)] = id;
  if (IsOverflow(id)) {
    flow.overflow = id;
  } else if (series.counts) {
    ++flow.series;
  } else {
    ++flow.carried;
  }
}

bool Dictionary::IsOverflow(flow::SeriesId id) const {
  return At(id).name.labels == OverflowLabels();
}

SeriesName Dictionary::NameOf(flow::SeriesId series) const {
  const sync::MutexLock lock(mutex_);
  CHECK_LT(static_cast<uint32_t>(series), series_.size());
  return At(series).name;
}

std::optional<flow::SeriesId> Dictionary::FindOverflow(flow::FlowId flow) const {
  const sync::MutexLock lock(mutex_);
  CHECK_LT(static_cast<uint32_t>(flow), flows_.size());
  return flows_[static_cast<uint32_t>(flow)].overflow;
}

std::optional<std::string> Dictionary::StageOf(flow::SeriesId series) const {
  const Labels labels = NameOf(series).labels;
  if (labels == OverflowLabels()) return labels.front().first;
  if (labels.size() != 1 || labels.front().first != kStageLabel) return std::nullopt;
  return labels.front().second;
}

}  // namespace oneway::ledger
