// SPDX-License-Identifier: Apache-2.0
//
// Dictionary's way back from its stored rows, and what a changed configuration makes of them, at a start or later.
#include <glog/logging.h>

#include <algorithm>

#include "joiner/ledger/dictionary.h"
#include "joiner/ledger/dictionary_rows.h"
#include "joiner/ledger/encoding.h"

namespace oneway::ledger {

bool Dictionary::Owns(std::string_view key) {
  return !key.empty() && (key.front() == kFlowRow || key.front() == kSeriesRow || key.front() == kCarriedRow);
}

absl::Status Dictionary::Restore(std::string_view key, std::string_view value) {
  Reader reader(key);
  const char kind = static_cast<char>(reader.Byte());
  const uint32_t id = reader.Be32();
  if (!reader.AtEnd() || !Owns(key)) return absl::DataLossError("dictionary row: key");
  const sync::MutexLock lock(mutex_);
  return kind == kFlowRow ? RestoreFlow(id, value) : RestoreSeries(id, kind == kSeriesRow, value);
}

absl::Status Dictionary::RestoreFlow(uint32_t id, std::string_view value) {
  FlowRow row;
  if (absl::Status status = DecodeFlow(value, row); !status.ok()) return status;
  if (id >= flow::kFlowsMax) return absl::DataLossError("dictionary row: number of a flow");
  if (flows_.size() <= id) flows_.resize(id + 1);
  flows_[id].name = row.name;
  flows_[id].retry_window = row.retry_window;
  flows_[id].horizon_floor = row.horizon_floor;
  return absl::OkStatus();
}

// One that counts may have an older row from when it did not.
absl::Status Dictionary::RestoreSeries(uint32_t id, bool counts, std::string_view value) {
  SeriesRow row;
  if (absl::Status status = DecodeSeries(value, row); !status.ok()) return status;
  if (id >= kSeriesMax || static_cast<uint32_t>(row.flow) >= flow::kFlowsMax) {
    return absl::DataLossError("dictionary row: number of a series or of its flow");
  }
  if (series_.size() <= id) series_.resize(id + 1);
  Series& series = series_[id];
  series = {
      .name = {.flow = row.flow, .labels = std::move(row.labels)}, .restored = true, .counts = counts || series.counts};
  return absl::OkStatus();
}

void Dictionary::Open(Time joiner_clock) {
  const sync::MutexLock lock(mutex_);
  CHECK(!opened_);
  opened_ = true;
  IndexRestored();
  const auto restored = static_cast<uint32_t>(flows_.size());
  AddConfigured(joiner_clock);  // before `__other__` adopts a new retry_window
  for (uint32_t id = 0; id < restored; ++id) AdoptRules(flow::FlowId(id), joiner_clock);
}

// Numbers are given without gaps and stored in that order; one that is missing was lost by the disk, and counting on
// would give it to another flow.
void Dictionary::IndexRestored() {
  for (uint32_t id = 0; id < flows_.size(); ++id) {
    if (flows_[id].name.empty()) LOG(FATAL) << "the data folder lacks the row of flow number " << id;
    IndexFlow(flow::FlowId(id));
  }
  for (uint32_t id = 0; id < series_.size(); ++id) {
    const bool whole = series_[id].restored && static_cast<uint32_t>(series_[id].name.flow) < flows_.size();
    if (!whole) LOG(FATAL) << "the data folder lacks the row of series number " << id << " or of its flow";
    IndexSeries(flow::SeriesId(id));
  }
}

void Dictionary::AddConfigured(Time joiner_clock) {
  for (const std::string& name : configured_names_) {
    if (flow_ids_.contains(name)) continue;
    if (!HasRoomForFlow()) {
      LOG(ERROR) << "this data folder knows " << flows_.size() << " flows, no more fit; " << name
                 << " is counted with all others";
      continue;
    }
    AddFlow(name, FloorOfNewFlow(RulesOf(name), joiner_clock));
  }
}

// Until now its keys may have been closed and forgotten as those of `__other__`. If that forgets sooner than the flow
// would, nothing emitted until now may open a new life.
Time Dictionary::FloorOfNewFlow(const flow::Rules& rules, Time joiner_clock) const {
  const auto found = flow_ids_.find(kOtherFlow);
  if (found == flow_ids_.end()) return Time();
  const Flow& other = flows_[static_cast<uint32_t>(found->second)];
  return rules.retry_window > other.retry_window ? joiner_clock : other.horizon_floor;
}

bool Dictionary::AdoptRules(flow::FlowId id, Time joiner_clock) {
  Flow& flow = At(id);
  const Duration retry_window = RulesOf(flow.name).retry_window;
  if (flow.retry_window != retry_window) {
    flow.horizon_floor = std::max(flow.horizon_floor, joiner_clock - flow.retry_window);
    flow.retry_window = retry_window;
    StoreWithNextCommit(id);
  }
  return Publish(id);
}

Dictionary::Reloaded Dictionary::Reload(std::vector<flow::Rules> configured, flow::Rules defaults, Time joiner_clock) {
  const sync::MutexLock lock(mutex_);
  CHECK(opened_);
  std::vector<flow::Rules> before;
  for (const std::string& name : configured_names_) before.push_back(configured_[name]);
  const flow::Rules defaults_before = defaults_;
  Configure(std::move(configured), std::move(defaults));
  if (std::vector<std::string> reshaped = Reshaped(); !reshaped.empty()) {
    Configure(std::move(before), defaults_before);
    return {.reshaped = std::move(reshaped)};
  }

  Reloaded reloaded;
  const auto known = static_cast<uint32_t>(flows_.size());
  unconfigured_ = static_cast<uint32_t>(std::count_if(flows_.begin(), flows_.end(), [this](const Flow& flow) {
    return flow.name != kOtherFlow && !configured_.contains(flow.name);
  }));
  AddConfigured(joiner_clock);  // before `__other__` adopts a new retry_window
  reloaded.changed = static_cast<uint32_t>(flows_.size()) - known;
  for (uint32_t id = 0; id < known; ++id) {
    TakeBounds(flow::FlowId(id));
    if (AdoptRules(flow::FlowId(id), joiner_clock)) ++reloaded.changed;
  }
  if (reloaded.changed > 0) generation_.fetch_add(1, std::memory_order_release);
  return reloaded;
}

// Keys of both shapes would be open at once, and events on their way be meant for the other one.
std::vector<std::string> Dictionary::Reshaped() const {
  std::vector<std::string> names;
  for (uint32_t id = 0; id < flows_.size(); ++id) {
    if (registry_.Of(flow::FlowId(id)).shape != RulesOf(flows_[id].name).shape) names.push_back(flows_[id].name);
  }
  return names;
}

}  // namespace oneway::ledger
