// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/flow/ids.h"
#include "common/flow/registry.h"
#include "common/flow/rules.h"
#include "common/sync/mutex.h"
#include "joiner/journal/journal_store.h"
#include "joiner/ledger/labels.h"

namespace oneway::ledger {

// The flow in which all flows are counted that get no number of their own.
inline constexpr char kOtherFlow[] = "__other__";
// The label of the series in which a stage is measured: alone, in place of the event's own labels.
inline constexpr char kStageLabel[] = "__stage__";

struct SeriesRef {
  flow::FlowId flow{};
  flow::SeriesId series{};

  friend bool operator==(const SeriesRef&, const SeriesRef&) = default;
};

struct SeriesName {
  flow::FlowId flow{};
  Labels labels;

  friend bool operator==(const SeriesName&, const SeriesName&) = default;
};

// Gives flows and series the numbers that rows carry, and publishes each flow's rules in the registry.
//
// Flow: a stream interns each entry of its dictionary once, a shard asks for the series of a key that ended; the
// committer writes what is pending with the next commit, which is the first that can hold a row using it.
// Threading: thread-safe.
class Dictionary {
 public:
  // `configured`: the flows of the configuration. A flow not among them takes `defaults`; beyond `unconfigured_max` of
  // these, `__other__`. `registry` outlives the dictionary.
  struct Options {
    std::vector<flow::Rules> configured;
    flow::Rules defaults;
    uint32_t unconfigured_max = 100;
  };
  // How many series a joiner can ever know, those of all flows together; beyond, a flow has `__overflow__` alone.
  static constexpr uint32_t kSeriesMax = uint32_t{1} << 20;

  Dictionary(Options options, flow::Registry& registry);
  ~Dictionary();

  // Is this ledger row the dictionary's? If not, it is the Ledger's.
  static bool Owns(std::string_view key);
  // Before Open. Rows in any order.
  absl::Status Restore(std::string_view key, std::string_view value);
  // After the last Restore: publishes the rules of all flows, configured ones first seen now included; a flow whose
  // retry_window differs from the one stored keeps the horizon it had reached at `joiner_clock`.
  void Open(Time joiner_clock);

  // What a Reload did.
  struct Reloaded {
    std::vector<std::string> reshaped;  // flows that would have another shape; if there are any, nothing was changed
    uint32_t changed = 0;               // flows whose rules are others now, new ones included
  };
  // Makes these the rules of all flows: published now, stored with the next commit as Open does it. A flow that is
  // known keeps its number; one that is not configured any more takes the defaults. `joiner_clock` must be at or past
  // every clock by which the rules so far have judged, or will before they are replaced everywhere. After Open.
  Reloaded Reload(std::vector<flow::Rules> configured, flow::Rules defaults, Time joiner_clock);
  // Grows with each Reload that changed something: numbers interned before belong to the labels and flows of then.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // The numbers of a flow and its labels as those of a start, which counts. Labels that the flow does not allow are
  // dropped, series beyond its max_series are the flow's `__overflow__`. The name and labels were checked before. After
  // Open.
  SeriesRef Intern(std::string_view flow, const Labels& labels);
  // The same in two steps; `flow` was interned before, as in what follows.
  flow::FlowId InternFlow(std::string_view name);
  flow::SeriesId InternSeries(flow::FlowId flow, const Labels& labels);
  // The number of the labels that an event other than a start carries. It stands for labels alone: Complete says in
  // which series they count. As many of them as the flow's max_series; beyond, `__overflow__`: they are not known.
  flow::SeriesId InternCarried(flow::FlowId flow, const Labels& labels);
  // The number of the series of a stage of `flow`; one of its max_series. `name`: any bytes.
  flow::SeriesId InternStage(flow::FlowId flow, std::string_view name);
  // The series, one of the flow's max_series, of the labels of `start` and of those of `carried` whose names it lacks,
  // at most event::kLabelsMax in all; `__overflow__` where either is not known. `carried` twice: that of an event
  // without a start. Both were interned before.
  flow::SeriesId Complete(flow::SeriesId start, flow::SeriesId carried);

  // Moves the rows of entries that are not durable yet to `rows`; they have to be part of the next commit. A flow comes
  // before its series.
  void TakePending(std::vector<journal::LedgerRow>& rows);
  bool has_pending() const;

  // An unknown number is a bug and stops the process.
  std::string FlowName(flow::FlowId flow) const;
  std::vector<std::pair<flow::FlowId, std::string>> Flows() const;
  SeriesName NameOf(flow::SeriesId series) const;
  // What a series measures stages as: the stage's name, or that of the flow's overflow; none: it is an ordinary one.
  std::optional<std::string> StageOf(flow::SeriesId series) const;
  // The series of what is counted as `__overflow__`; none while there was room for all.
  std::optional<flow::SeriesId> FindOverflow(flow::FlowId flow) const;

 private:
  struct Flow {
    std::string name;  // empty: not restored (yet)
    Duration retry_window{};
    Time horizon_floor{};
    std::vector<std::string> labels;  // allow-list, sorted
    uint32_t max_series = 0;
    uint32_t series = 0;   // that count, without the overflow
    uint32_t carried = 0;  // that do not
    std::optional<flow::SeriesId> overflow;
    bool published = false;
  };
  struct Series {
    SeriesName name;
    bool restored = false;
    bool counts = false;  // Otherwise it stands for what events carry, and nothing was counted in it yet.
  };

  using RulesByName = absl::flat_hash_map<std::string, flow::Rules>;

  void Configure(std::vector<flow::Rules> configured, flow::Rules defaults) ONEWAY_REQUIRES(mutex_);
  const flow::Rules& RulesOf(const std::string& name) const ONEWAY_REQUIRES(mutex_);
  std::vector<std::string> Reshaped() const ONEWAY_REQUIRES(mutex_);

  absl::Status RestoreFlow(uint32_t id, std::string_view value) ONEWAY_REQUIRES(mutex_);
  absl::Status RestoreSeries(uint32_t id, bool counts, std::string_view value) ONEWAY_REQUIRES(mutex_);
  void IndexRestored() ONEWAY_REQUIRES(mutex_);
  bool AdoptRules(flow::FlowId id, Time joiner_clock) ONEWAY_REQUIRES(mutex_);
  void AddConfigured(Time joiner_clock) ONEWAY_REQUIRES(mutex_);
  Time FloorOfNewFlow(const flow::Rules& rules, Time joiner_clock) const ONEWAY_REQUIRES(mutex_);

  flow::FlowId FindOrAddFlow(std::string_view name) ONEWAY_REQUIRES(mutex_);
  flow::FlowId AddFlow(const std::string& name, Time horizon_floor) ONEWAY_REQUIRES(mutex_);
  flow::SeriesId FindOrAddSeries(flow::FlowId flow, const Labels& labels) ONEWAY_REQUIRES(mutex_);
  std::optional<flow::SeriesId> FindSeries(flow::FlowId flow, const Labels& labels) const ONEWAY_REQUIRES(mutex_);
  flow::SeriesId OverflowOf(flow::FlowId flow) ONEWAY_REQUIRES(mutex_);
  flow::SeriesId AddSeries(flow::FlowId flow, const Labels& labels, bool counts) ONEWAY_REQUIRES(mutex_);
  flow::SeriesId LetCount(flow::SeriesId id) ONEWAY_REQUIRES(mutex_);
  void IndexSeries(flow::SeriesId id) ONEWAY_REQUIRES(mutex_);
  bool IsOverflow(flow::SeriesId id) const ONEWAY_REQUIRES(mutex_);
  void IndexFlow(flow::FlowId id) ONEWAY_REQUIRES(mutex_);
  // What the flow's rules say about numbering.
  void TakeBounds(flow::FlowId id) ONEWAY_REQUIRES(mutex_);
  // False: these are its rules already.
  bool Publish(flow::FlowId id) ONEWAY_REQUIRES(mutex_);
  void StoreWithNextCommit(flow::FlowId id) ONEWAY_REQUIRES(mutex_);
  // The last number is kept free for __other__.
  bool HasRoomForFlow() const ONEWAY_REQUIRES(mutex_) { return flows_.size() + 1 < flow::kFlowsMax; }
  // Numbers are kept free for the overflow series of every flow.
  bool HasRoomForSeries() const ONEWAY_REQUIRES(mutex_) { return series_.size() + flow::kFlowsMax < kSeriesMax; }
  Flow& At(flow::FlowId id) ONEWAY_REQUIRES(mutex_) { return flows_[static_cast<uint32_t>(id)]; }
  Series& At(flow::SeriesId id) ONEWAY_REQUIRES(mutex_) { return series_[static_cast<uint32_t>(id)]; }
  const Series& At(flow::SeriesId id) const ONEWAY_REQUIRES(mutex_) { return series_[static_cast<uint32_t>(id)]; }

  const uint32_t unconfigured_max_;
  flow::Registry& registry_;
  std::atomic<uint64_t> generation_{0};

  mutable sync::Mutex mutex_;
  RulesByName configured_ ONEWAY_GUARDED_BY(mutex_);
  std::vector<std::string> configured_names_ ONEWAY_GUARDED_BY(mutex_);  // in the order of the configuration
  flow::Rules defaults_ ONEWAY_GUARDED_BY(mutex_);
  bool opened_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::vector<Flow> flows_ ONEWAY_GUARDED_BY(mutex_);                                      // by FlowId
  std::vector<Series> series_ ONEWAY_GUARDED_BY(mutex_);                                   // by SeriesId
  absl::flat_hash_map<std::string, flow::FlowId> flow_ids_ ONEWAY_GUARDED_BY(mutex_);      // by name
  absl::flat_hash_map<std::string, flow::SeriesId> series_ids_ ONEWAY_GUARDED_BY(mutex_);  // by the row's value
  uint32_t unconfigured_ ONEWAY_GUARDED_BY(mutex_) = 0;                                    // without __other__
  std::vector<journal::LedgerRow> pending_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::ledger
