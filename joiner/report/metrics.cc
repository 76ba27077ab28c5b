// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "joiner/report/exemplars.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

using observe::Exposition;
using observe::Labels;
using observe::MetricType;

constexpr auto kCommitWaitMax = std::chrono::seconds(2);

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Of one stage of a flow.
struct Stage {
  uint64_t count = 0;
  histogram::Histogram latency;
};

// Of the series of a flow.
struct SeriesUse {
  uint64_t series = 0;  // in which anything was counted, the one that overflows included
  ledger::Counters overflow{};
};

struct Flow {
  flow::FlowId id{};
  ledger::Figures figures;
  std::vector<ledger::Exemplar> exemplars;  // of `latency`
  std::optional<flow::Objective> objective;
};

// What is copied out of an inspection, so that the committer does not wait for the text to be written.
struct Snapshot {
  shard::DurableView view;
  std::map<std::string, Flow> flows;
  std::map<std::pair<std::string, std::string>, Stage> stages;  // by flow and name
  std::map<std::string, SeriesUse> series;                      // by flow
  journal::StoreFigures store;
  uint64_t ledger_bytes = 0;
};

struct CounterFamily {
  ledger::Counter counter;
  const char* name;
  const char* help;
};
constexpr CounterFamily kCounterFamilies[] = {
    {ledger::Counter::kStarted, "oneway_started_total", "Flows started."},
    {ledger::Counter::kMatched, "oneway_matched_total", "Flows whose end came in time."},
    {ledger::Counter::kExpired, "oneway_expired_total", "Flows whose end did not come within the ttl."},
    {ledger::Counter::kSuperseded, "oneway_superseded_total", "Flows replaced by a higher generation of their key."},
    {ledger::Counter::kOrphan, "oneway_orphan_total", "Ends and stages whose start never came."},
    {ledger::Counter::kLate, "oneway_late_total", "Expired flows whose end came after all."},
    {ledger::Counter::kLateArrival, "oneway_late_arrival_total",
     "Late flows whose end was emitted in time and arrived too late."},
    {ledger::Counter::kNegative, "oneway_negative_total", "Matched flows whose end is earlier than their start."},
    {ledger::Counter::kEarly, "oneway_early_total", "Matched flows whose end arrived before their start."},
    {ledger::Counter::kDuplicate, "oneway_duplicate_total", "Arrivals of an event that was there before."},
    {ledger::Counter::kRepeatedStart, "oneway_repeated_start_total", "Arrivals of a further start of an open key."},
    {ledger::Counter::kReusedKey, "oneway_reused_key_total", "Arrivals of a start for a key that is done."},
    {ledger::Counter::kExtraEnd, "oneway_extra_end_total", "Arrivals of a further end of a key."},
    {ledger::Counter::kStale, "oneway_stale_total", "Arrivals of an event of a lower generation."},
    {ledger::Counter::kLatePart, "oneway_late_part_total", "Arrivals of an event of a fan-out that is done."},
    {ledger::Counter::kEmpty, "oneway_empty_total", "Matched fan-outs that had no part."},
    {ledger::Counter::kExcessPart, "oneway_excess_part_total",
     "Arrivals of a part beyond those expected, or of an expectation beside another one."},
    {ledger::Counter::kEnd, "oneway_end_total", "Ends in time of flows whose every end counts."},
    {ledger::Counter::kLateStage, "oneway_late_stage_total", "Arrivals of a stage of a key that is done."},
};

uint64_t Get(const ledger::Figures& figures, ledger::Counter counter) {
  return figures.counters[static_cast<size_t>(counter)];
}

uint64_t StagesOf(const ledger::Figures& figures) {
  return Get(figures, ledger::Counter::kStage);
}

std::vector<observe::Exemplar> ExemplarsOf(const Flow& flow) {
  std::vector<observe::Exemplar> exemplars;
  for (const ledger::Exemplar& exemplar : flow.exemplars) exemplars.push_back(ToObserved(exemplar));
  return exemplars;
}

void AddStages(const ledger::Dictionary& dictionary, const ledger::Ledger& ledger, flow::FlowId flow,
               const std::string& name, Snapshot& snapshot) {
  for (const flow::SeriesId series : ledger.SeriesOf(flow)) {
    const std::optional<std::string> stage = dictionary.StageOf(series);
    if (!stage) continue;
    const ledger::Figures figures = ledger.TotalOf(series);
    if (StagesOf(figures) == 0) continue;
    Stage& taken = snapshot.stages[{name, *stage}];
    taken.count += StagesOf(figures);
    taken.latency.Merge(figures.stage);
  }
}

SeriesUse SeriesUseOf(const ledger::Dictionary& dictionary, const ledger::Ledger& ledger, flow::FlowId flow) {
  SeriesUse use{.series = ledger.SeriesOf(flow).size()};
  if (const auto overflow = dictionary.FindOverflow(flow)) use.overflow = ledger.TotalOf(*overflow).counters;
  return use;
}

void WriteFlowCounters(const Snapshot& snapshot, Exposition& out) {
  for (const CounterFamily& family : kCounterFamilies) {
    out.Family(family.name, MetricType::kCounter, family.help);
    for (const auto& [name, flow] : snapshot.flows) {
      out.Sample({{"flow", name}}, Get(flow.figures, family.counter));
    }
  }
}

void WriteFlowHistograms(const Snapshot& snapshot, Exposition& out) {
  struct HistogramFamily {
    const char* name;
    const char* help;
    const histogram::Histogram ledger::Figures::*histogram;
  };
  out.Family("oneway_latency_seconds", MetricType::kHistogram, "From start to end of matched flows.");
  for (const auto& [name, flow] : snapshot.flows) {
    out.Sample({{"flow", name}}, flow.figures.latency, ExemplarsOf(flow));
  }
  const HistogramFamily families[] = {
      {"oneway_late_latency_seconds", "From start to end of flows that expired before.", &ledger::Figures::late},
      {"oneway_negative_latency_seconds", "By how much ends are earlier than their starts; clocks differ.",
       &ledger::Figures::negative},
      {"oneway_completion_seconds", "From start to COMPLETED of fan-outs that had no part.",
       &ledger::Figures::completion},
      {"oneway_first_end_seconds", "From start to first end of matched flows whose every end counts.",
       &ledger::Figures::first_end},
      {"oneway_last_end_seconds", "From start to last end of matched flows whose every end counts.",
       &ledger::Figures::last_end},
  };
  for (const HistogramFamily& family : families) {
    out.Family(family.name, MetricType::kHistogram, family.help);
    for (const auto& [name, flow] : snapshot.flows) out.Sample({{"flow", name}}, flow.figures.*family.histogram);
  }
}

// Of flows that have an objective, or had one. As counters stay, objectives go with a reload.
void WriteObjectives(const Snapshot& snapshot, Exposition& out) {
  for (const auto& [name, flow] : snapshot.flows) {
    const uint64_t valid = Get(flow.figures, ledger::Counter::kValid);
    if (!flow.objective.has_value() && valid == 0) continue;
    const Labels labels = {{"flow", name}};
    out.Family("oneway_slo_good_total", MetricType::kCounter,
               "Flows that ended within the objective that they had when they closed.");
    out.Sample(labels, Get(flow.figures, ledger::Counter::kGood));
    out.Family("oneway_slo_valid_total", MetricType::kCounter, "Flows that closed under an objective.");
    out.Sample(labels, valid);
    if (!flow.objective.has_value()) continue;
    out.Family("oneway_objective_seconds", MetricType::kGauge, "Within how long flows should end.");
    out.Sample(labels, Seconds(flow.objective->under));
    out.Family("oneway_objective_ratio", MetricType::kGauge, "How large a share of flows should end so fast.");
    out.Sample(labels, flow.objective->target);
  }
}

void WriteStages(const Snapshot& snapshot, Exposition& out) {
  const auto labels = [](const std::pair<std::string, std::string>& name) {
    return Labels{{"flow", name.first}, {"stage", name.second}};
  };
  out.Family("oneway_stage_total", MetricType::kCounter, "Keys that passed this stage.");
  for (const auto& [name, stage] : snapshot.stages) out.Sample(labels(name), stage.count);
  out.Family("oneway_stage_seconds", MetricType::kHistogram, "From start to this stage.");
  for (const auto& [name, stage] : snapshot.stages) out.Sample(labels(name), stage.latency);
}

void WriteSeries(const Snapshot& snapshot, Exposition& out) {
  out.Family("oneway_series", MetricType::kGauge, "Combinations of labels, and stages, that are told apart.");
  for (const auto& [name, use] : snapshot.series) out.Sample({{"flow", name}}, use.series);
  constexpr CounterFamily kFamilies[] = {
      {ledger::Counter::kStarted, "oneway_overflow_started_total", "Flows started that are counted as __overflow__."},
      {ledger::Counter::kMatched, "oneway_overflow_matched_total", "Flows matched that are counted as __overflow__."}};
  for (const CounterFamily& family : kFamilies) {
    out.Family(family.name, MetricType::kCounter, family.help);
    for (const auto& [name, use] : snapshot.series) {
      out.Sample({{"flow", name}}, use.overflow[static_cast<size_t>(family.counter)]);
    }
  }
}

void WriteOpen(const Snapshot& snapshot, Time now, Exposition& out) {
  for (const auto& [name, flow] : snapshot.flows) {
    const auto index = static_cast<size_t>(flow.id);
    const join::FlowFigures open =
        index < snapshot.view.flows.size() ? snapshot.view.flows[index] : join::FlowFigures{};
    const Labels labels = {{"flow", name}};
    out.Family("oneway_open", MetricType::kGauge, "Flows that started and wait for their end.");
    out.Sample(labels, open.open);
    out.Family("oneway_early_waiting", MetricType::kGauge, "Ends, stages and fan-outs that wait for their start.");
    out.Sample(labels, open.early_waiting);
    out.Family("oneway_oldest_open_age_seconds", MetricType::kGauge,
               "Age of the oldest open flow, as of the last walk over all keys; 0 when none is open.");
    out.Sample(labels, open.oldest_open ? Seconds(now - *open.oldest_open) : 0.0);
  }
}

void WriteJoiner(const Snapshot& snapshot, Time now, Exposition& out) {
  const auto gauge = [&out](const char* name, const char* help, auto value) {
    out.Family(name, MetricType::kGauge, help);
    out.Sample({}, value);
  };
  const shard::DurableView& view = snapshot.view;
  const auto rows = static_cast<uint64_t>(view.state.next_sequence) - static_cast<uint64_t>(view.state.floor);
  gauge("oneway_joiner_open_keys", "Open keys in memory.", view.open_keys);
  gauge("oneway_joiner_remembered_keys", "Closed keys that are remembered, so that retries do no harm.",
        view.closed_keys);
  gauge("oneway_joiner_keys_bytes", "Memory of open and remembered keys.", view.memory_bytes);
  gauge("oneway_joiner_ledger_bytes", "Memory of the ledger.", snapshot.ledger_bytes);
  gauge("oneway_joiner_incarnation", "Processes that wrote this joiner's data so far; 1 when it was never restarted.",
        snapshot.store.runs);
  gauge("oneway_joiner_clock_lag_seconds", "How far the joiner clock is behind the wall clock.",
        Seconds(now - view.state.joiner_clock));
  gauge("oneway_journal_live_rows", "Rows of open and remembered keys.", view.live_rows);
  gauge("oneway_journal_dead_rows", "Sequences above the floor that hold no live row.",
        rows - std::min(rows, view.live_rows));
  gauge("oneway_journal_sst_bytes", "Bytes in sorted files.", snapshot.store.sst_bytes);
  gauge("oneway_journal_write_seconds", "Duration of the last write to the WAL.", Seconds(snapshot.store.last_write));
  gauge("oneway_journal_fsync_seconds", "Duration of the last fsync.", Seconds(snapshot.store.last_sync));
}

void WriteProcess(const MetricSources& sources, const Snapshot& snapshot, Exposition& out) {
  const auto counter = [&out](const char* name, const char* help, auto value) {
    out.Family(name, MetricType::kCounter, help);
    out.Sample({}, value);
  };
  const shard::CommitFigures commits = sources.committer.figures();
  counter("oneway_commits_total", "Commits written since the start of the process.", commits.commits);
  out.Family("oneway_commit_seconds", MetricType::kHistogram, "From the order to seal to the durable commit.");
  out.Sample({}, commits.duration);
  counter("oneway_journal_wal_bytes_total", "Bytes written to the WAL.", snapshot.store.wal_bytes_written);
  counter("oneway_journal_flush_bytes_total", "Bytes written by flushes.", snapshot.store.flush_bytes_written);
  counter("oneway_journal_compaction_bytes_total", "Bytes written by compactions.",
          snapshot.store.compaction_bytes_written);
  counter("oneway_journal_filtered_rows_total", "Rows that the TTL filter removed.", snapshot.store.filtered_rows);
  out.Family("oneway_joiner_clock_alarmed", MetricType::kGauge,
             "1 while the wall clock is not believed because it jumped.");
  out.Sample({}, static_cast<int>(sources.committer.ReadWall().alarmed));
  counter("oneway_joiner_frames_total", "Frames from partitioners.", sources.ingest.frames);
  counter("oneway_joiner_events_total", "Events from partitioners.", sources.ingest.events);
  counter("oneway_joiner_refused_events_total", "Events refused before their shard saw them.", sources.ingest.refused);
  out.Family("oneway_joiner_streams", MetricType::kGauge, "Streams of partitioners that are connected.");
  out.Sample({}, sources.ingest.streams);
  out.Family("oneway_recovery_rows", MetricType::kGauge, "Rows read back at the start.");
  out.Sample({}, sources.recovery.rows);
  out.Family("oneway_recovery_seconds", MetricType::kGauge, "How long reading back took.");
  out.Sample({}, Seconds(sources.recovery.duration));
}

void WriteDisk(const DiskFigures& disk, Exposition& out) {
  out.Family("oneway_joiner_disk_free_bytes", MetricType::kGauge, "What the disk of the data folder has left.");
  out.Sample({}, disk.free_bytes);
  out.Family("oneway_joiner_disk_low", MetricType::kGauge,
             "1 while events of new keys are put off, because less than disk_reserve is left.");
  out.Sample({}, static_cast<int>(disk.low));
}

void WriteReload(const process::ReloadFigures& reload, Exposition& out) {
  out.Family("oneway_config_reload_failures_total", MetricType::kCounter,
             "Reloads of the configuration that failed, since the start of the process.");
  out.Sample({}, reload.failures);
  out.Family("oneway_config_last_reload_successful", MetricType::kGauge,
             "1 if the last reload of the configuration was taken over, or there was none yet; 0 if it failed.");
  out.Sample({}, static_cast<int>(reload.successful));
  out.Family("oneway_config_last_reload_timestamp_seconds", MetricType::kGauge,
             "When the configuration in force was read, in Unix time.");
  out.Sample({}, Seconds(reload.at.time_since_epoch()));
}

Snapshot TakeSnapshot(const ledger::Dictionary& dictionary, const shard::Inspection& inspection) {
  Snapshot taken{.view = inspection.view,
                 .flows = {},
                 .stages = {},
                 .series = {},
                 .store = inspection.store.Figures(),
                 .ledger_bytes = inspection.ledger.memory_bytes()};
  for (const auto& [flow, name] : dictionary.Flows()) {
    Flow& told = taken.flows[name];
    told = {.id = flow,
            .figures = inspection.ledger.TotalOf(flow),
            .exemplars = inspection.exemplars.Of(flow),
            .objective = inspection.flows.Of(flow).objective};
    // Most flows have none, and cost nothing more.
    if (StagesOf(told.figures) > 0) AddStages(dictionary, inspection.ledger, flow, name, taken);
    taken.series[name] = SeriesUseOf(dictionary, inspection.ledger, flow);
  }
  return taken;
}

}  // namespace

bool WriteMetrics(const MetricSources& sources, observe::Exposition& exposition) {
  const auto snapshot = shard::InspectAndWait(sources.committer, false, kCommitWaitMax,
                                              [&dictionary = sources.dictionary](const shard::Inspection& inspection) {
                                                return TakeSnapshot(dictionary, inspection);
                                              });
  if (!snapshot) return false;
  const Time now = sources.clock.Wall();
  WriteFlowCounters(*snapshot, exposition);
  WriteFlowHistograms(*snapshot, exposition);
  WriteObjectives(*snapshot, exposition);
  WriteStages(*snapshot, exposition);
  WriteSeries(*snapshot, exposition);
  WriteOpen(*snapshot, now, exposition);
  WriteJoiner(*snapshot, now, exposition);
  WriteProcess(sources, *snapshot, exposition);
  WriteDisk(sources.disk, exposition);
  WriteReload(sources.reload, exposition);
  return true;
}

}  // namespace oneway::report
