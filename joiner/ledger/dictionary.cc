// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/dictionary.h"

#include <glog/logging.h>

#include <algorithm>
#include <iterator>

#include "joiner/ledger/dictionary_rows.h"

namespace oneway::ledger {
namespace {

flow::Rules WithSortedLabels(flow::Rules rules) {
  std::sort(rules.labels.begin(), rules.labels.end());
  return rules;
}

}  // namespace

Dictionary::Dictionary(Options options, flow::Registry& registry)
    : unconfigured_max_(options.unconfigured_max), registry_(registry) {
  const sync::MutexLock lock(mutex_);
  Configure(std::move(options.configured), std::move(options.defaults));
}

Dictionary::~Dictionary() = default;

void Dictionary::Configure(std::vector<flow::Rules> configured, flow::Rules defaults) {
  defaults_ = WithSortedLabels(std::move(defaults));
  configured_names_.clear();
  configured_.clear();
  for (flow::Rules& rules : configured) {
    configured_names_.push_back(rules.name);
    configured_[configured_names_.back()] = WithSortedLabels(std::move(rules));
  }
}

SeriesRef Dictionary::Intern(std::string_view flow, const Labels& labels) {
  const flow::FlowId flow_id = InternFlow(flow);
  return {.flow = flow_id, .series = InternSeries(flow_id, labels)};
}

flow::FlowId Dictionary::InternFlow(std::string_view name) {
  const sync::MutexLock lock(mutex_);
  CHECK(opened_) << "interned before the dictionary was open";
  return FindOrAddFlow(name);
}

flow::FlowId Dictionary::FindOrAddFlow(std::string_view name) {
  const std::string owned(name);
  if (const auto known = flow_ids_.find(owned); known != flow_ids_.end()) return known->second;
  const bool room = unconfigured_ < unconfigured_max_ && HasRoomForFlow();
  // It may have been counted as `__other__` until others made room, and both forget equally soon.
  if (room && owned != kOtherFlow) return AddFlow(owned, FloorOfNewFlow(defaults_, Time()));
  const auto other = flow_ids_.find(kOtherFlow);
  return other != flow_ids_.end() ? other->second : AddFlow(kOtherFlow, Time());
}

flow::FlowId Dictionary::AddFlow(const std::string& name, Time horizon_floor) {
  const auto id = flow::FlowId(flows_.size());
  flows_.push_back({.name = name, .retry_window = RulesOf(name).retry_window, .horizon_floor = horizon_floor});
  IndexFlow(id);
  Publish(id);
  StoreWithNextCommit(id);
  return id;
}

void Dictionary::IndexFlow(flow::FlowId id) {
  const std::string& name = At(id).name;
  flow_ids_[name] = id;
  if (name != kOtherFlow && !configured_.contains(name)) ++unconfigured_;
  TakeBounds(id);
}

void Dictionary::TakeBounds(flow::FlowId id) {
  Flow& flow = At(id);
  const flow::Rules& rules = RulesOf(flow.name);
  flow.labels = rules.labels;
  flow.max_series = rules.max_series;
}

bool Dictionary::Publish(flow::FlowId id) {
  Flow& flow = At(id);
  flow::Rules rules = RulesOf(flow.name);
  rules.name = flow.name;
  rules.horizon_floor = flow.horizon_floor;
  // The registry keeps all that it was ever given, and the shards look at all their keys again after a change.
  if (flow.published && registry_.Of(id) == rules) return false;
  registry_.Publish(id, std::move(rules));
  flow.published = true;
  return true;
}

void Dictionary::StoreWithNextCommit(flow::FlowId id) {
  const Flow& flow = At(id);
  const FlowRow row{.name = flow.name, .retry_window = flow.retry_window, .horizon_floor = flow.horizon_floor};
  pending_.push_back({.key = DictionaryKey(kFlowRow, static_cast<uint32_t>(id)), .value = EncodeFlow(row)});
}

const flow::Rules& Dictionary::RulesOf(const std::string& name) const {
  const auto configured = configured_.find(name);
  return configured == configured_.end() ? defaults_ : configured->second;
}

void Dictionary::TakePending(std::vector<journal::LedgerRow>& rows) {
  const sync::MutexLock lock(mutex_);
  std::move(pending_.begin(), pending_.end(), std::back_inserter(rows));
  pending_.clear();
}

bool Dictionary::has_pending() const {
  const sync::MutexLock lock(mutex_);
  return !pending_.empty();
}

std::string Dictionary::FlowName(flow::FlowId flow) const {
  const sync::MutexLock lock(mutex_);
  CHECK_LT(static_cast<uint32_t>(flow), flows_.size());
  return flows_[static_cast<uint32_t>(flow)].name;
}

std::vector<std::pair<flow::FlowId, std::string>> Dictionary::Flows() const {
  const sync::MutexLock lock(mutex_);
  std::vector<std::pair<flow::FlowId, std::string>> flows;
  for (uint32_t id = 0; id < flows_.size(); ++id) flows.emplace_back(flow::FlowId(id), flows_[id].name);
  return flows;
}

}  // namespace oneway::ledger
