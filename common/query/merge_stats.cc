// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_stats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/query/add_counters.h"
#include "common/query/cohort.h"
#include "common/query/histogram_proto.h"

namespace oneway::query {
namespace {

using histogram::Histogram;

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// 0 when nothing is open. A start may lie ahead of this machine's clock; its age then is 0.
double AgeSeconds(uint64_t since_unix_nanos, Time now) {
  if (since_unix_nanos == 0) return 0;
  return Seconds(std::max(Duration::zero(), now - FromUnixNanos(since_unix_nanos)));
}

// What never ended in time, of a cohort.
uint64_t UnendedOf(bool of_cohort, const v1::FlowCounters& counters, uint64_t open) {
  return of_cohort ? counters.expired() + open : 0;
}

void SetLatency(const Histogram& latency, uint64_t unended, v1::FlowStats& stats) {
  stats.set_samples(latency.count());
  stats.set_mean_seconds(latency.MeanSeconds());
  stats.set_min_seconds(Seconds(latency.min()));
  stats.set_p50_seconds(PercentileSeconds(latency, unended, 0.5));
  stats.set_p90_seconds(PercentileSeconds(latency, unended, 0.9));
  stats.set_p95_seconds(PercentileSeconds(latency, unended, 0.95));
  stats.set_p99_seconds(PercentileSeconds(latency, unended, 0.99));
  stats.set_p999_seconds(PercentileSeconds(latency, unended, 0.999));
  stats.set_max_seconds(Seconds(latency.max()));
  *stats.mutable_latency() = ToProto(latency);
}

void SetRates(const v1::FlowCounters& counters, Duration length, v1::FlowStats& stats) {
  if (length <= Duration::zero()) return;
  stats.set_started_per_second(static_cast<double>(counters.started()) / Seconds(length));
  stats.set_matched_per_second(static_cast<double>(counters.matched()) / Seconds(length));
}

// Sets `histogram`, to the empty one where there is no `proto`.
absl::Status Read(const v1::LatencyHistogram& proto, Histogram& histogram) {
  absl::StatusOr<Histogram> read = FromProto(proto);
  if (!read.ok()) return read.status();
  histogram = *std::move(read);
  return absl::OkStatus();
}

}  // namespace

absl::Status StatsMerger::Add(const v1::LocalStatsReply& stats) {
  std::vector<Samples> samples;
  for (const v1::LocalFlowStats& flow : stats.flows()) {
    absl::StatusOr<Samples> checked = SamplesOf(flow);
    if (!checked.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("flow ", flow.flow(), ": ", checked.status().message()));
    }
    samples.push_back(*std::move(checked));
  }
  for (int i = 0; i < stats.flows_size(); ++i) {
    Add(stats.flows(i), samples[static_cast<size_t>(i)], flows_[stats.flows(i).flow()]);
  }
  return absl::OkStatus();
}

absl::StatusOr<StatsMerger::Samples> StatsMerger::SamplesOf(const v1::LocalFlowStats& stats) {
  Samples samples;
  samples.stages.resize(static_cast<size_t>(stats.stages_size()));
  samples.series.resize(static_cast<size_t>(stats.series_size()));
  std::vector<std::pair<const v1::LatencyHistogram*, Histogram*>> all = {{&stats.latency(), &samples.latency},
                                                                         {&stats.completion(), &samples.completion},
                                                                         {&stats.open_ages(), &samples.open_ages},
                                                                         {&stats.cohort_open(), &samples.cohort_open}};
  for (int i = 0; i < stats.stages_size(); ++i) {
    all.emplace_back(&stats.stages(i).latency(), &samples.stages[static_cast<size_t>(i)]);
  }
  for (int i = 0; i < stats.series_size(); ++i) {
    all.emplace_back(&stats.series(i).latency(), &samples.series[static_cast<size_t>(i)]);
  }
  for (const auto& [proto, histogram] : all) {
    if (absl::Status status = Read(*proto, *histogram); !status.ok()) return status;
  }
  return samples;
}

void StatsMerger::Add(const v1::LocalFlowStats& stats, const Samples& samples, Flow& flow) {
  AddCounters(stats.counters(), flow.counters);
  flow.latency.Merge(samples.latency);
  flow.completion.Merge(samples.completion);
  flow.open_ages.Merge(samples.open_ages);
  flow.cohort_open.Merge(samples.cohort_open);
  flow.has_open_ages |= stats.has_open_ages();
  flow.of_cohort |= stats.has_cohort_open();
  for (int i = 0; i < stats.stages_size(); ++i) {
    Stage& stage = flow.stages[stats.stages(i).stage()];
    stage.count += stats.stages(i).count();
    stage.latency.Merge(samples.stages[static_cast<size_t>(i)]);
  }
  for (int i = 0; i < stats.series_size(); ++i) {
    Labels labels;
    for (const v1::Label& label : stats.series(i).labels()) labels.emplace_back(label.name(), label.value());
    std::sort(labels.begin(), labels.end());
    Series& series = flow.series[labels];
    AddCounters(stats.series(i).counters(), series.counters);
    series.latency.Merge(samples.series[static_cast<size_t>(i)]);
    series.cohort_open += stats.series(i).cohort_open();
  }
  flow.open += stats.open();
  flow.early_waiting += stats.early_waiting();
  const uint64_t oldest = stats.oldest_open_unix_nanos();
  if (oldest != 0 && (flow.oldest_open_unix_nanos == 0 || oldest < flow.oldest_open_unix_nanos)) {
    flow.oldest_open_unix_nanos = oldest;
  }
}

v1::StatsReply StatsMerger::Merged() const {
  v1::StatsReply reply;
  if (window_.from != Time::min()) reply.set_from_unix_nanos(ToUnixNanos(window_.from));
  reply.set_until_unix_nanos(ToUnixNanos(window_.EndAt(now_)));
  for (const auto& [name, flow] : flows_) {
    v1::FlowStats& stats = *reply.add_flows();
    stats.set_flow(name);
    Tell(flow, stats);
  }
  return reply;
}

void StatsMerger::Tell(const Flow& flow, v1::FlowStats& stats) const {
  *stats.mutable_counters() = flow.counters;
  stats.set_open(flow.open);
  stats.set_oldest_open_seconds(AgeSeconds(flow.oldest_open_unix_nanos, now_));
  stats.set_early_waiting(flow.early_waiting);
  SetLatency(flow.latency, UnendedOf(flow.of_cohort, flow.counters, flow.cohort_open.count()), stats);
  SetRates(flow.counters, window_.LengthAt(now_), stats);
  *stats.mutable_completion() = ToProto(flow.completion);
  if (flow.has_open_ages) *stats.mutable_open_ages() = ToProto(flow.open_ages);
  stats.set_cohort_open(flow.cohort_open.count());
  for (const auto& [name, stage] : flow.stages) {
    v1::StageStats& told = *stats.add_stages();
    told.set_stage(name);
    told.set_count(stage.count);
    *told.mutable_latency() = ToProto(stage.latency);
  }
  TellSeries(flow, stats);
}

void StatsMerger::TellSeries(const Flow& flow, v1::FlowStats& stats) {
  using Entry = std::pair<const Labels, Series>;
  std::vector<const Entry*> most;
  for (const Entry& entry : flow.series) most.push_back(&entry);
  std::stable_sort(most.begin(), most.end(), [](const Entry* a, const Entry* b) {
    return a->second.counters.started() > b->second.counters.started();
  });
  if (most.size() > kSeriesMax) most.resize(kSeriesMax);
  for (const Entry* entry : most) {
    const Series& series = entry->second;
    const uint64_t unended = UnendedOf(flow.of_cohort, series.counters, series.cohort_open);
    v1::SeriesStats& told = *stats.add_series();
    for (const auto& [name, value] : entry->first) {
      v1::Label& label = *told.add_labels();
      label.set_name(name);
      label.set_value(value);
    }
    *told.mutable_counters() = series.counters;
    told.set_samples(series.latency.count());
    told.set_mean_seconds(series.latency.MeanSeconds());
    told.set_p50_seconds(PercentileSeconds(series.latency, unended, 0.5));
    told.set_p99_seconds(PercentileSeconds(series.latency, unended, 0.99));
    told.set_max_seconds(Seconds(series.latency.max()));
    told.set_cohort_open(series.cohort_open);
  }
}

}  // namespace oneway::query
