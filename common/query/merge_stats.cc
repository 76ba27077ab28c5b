// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_stats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/query/histogram_proto.h"

namespace oneway::query {
namespace {

using histogram::Histogram;

// By reflection, so that a counter that is added to the proto cannot be forgotten here.
void AddCounters(const v1::FlowCounters& counters, v1::FlowCounters& sum) {
  const google::protobuf::Descriptor* descriptor = v1::FlowCounters::descriptor();
  const google::protobuf::Reflection* reflection = v1::FlowCounters::GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = descriptor->field(i);
    reflection->SetUInt64(&sum, field, reflection->GetUInt64(sum, field) + reflection->GetUInt64(counters, field));
  }
}

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// 0 when nothing is open. A start may lie ahead of this machine's clock; its age then is 0.
double AgeSeconds(uint64_t since_unix_nanos, Time now) {
  if (since_unix_nanos == 0) return 0;
  return Seconds(std::max(Duration::zero(), now - FromUnixNanos(since_unix_nanos)));
}

void SetLatency(const Histogram& latency, v1::FlowStats& stats) {
  stats.set_samples(latency.count());
  stats.set_mean_seconds(latency.MeanSeconds());
  stats.set_min_seconds(Seconds(latency.min()));
  stats.set_p50_seconds(Seconds(latency.Quantile(0.5)));
  stats.set_p90_seconds(Seconds(latency.Quantile(0.9)));
  stats.set_p95_seconds(Seconds(latency.Quantile(0.95)));
  stats.set_p99_seconds(Seconds(latency.Quantile(0.99)));
  stats.set_p999_seconds(Seconds(latency.Quantile(0.999)));
  stats.set_max_seconds(Seconds(latency.max()));
  *stats.mutable_latency() = ToProto(latency);
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
  absl::StatusOr<Histogram> latency = FromProto(stats.latency());
  if (!latency.ok()) return latency.status();
  absl::StatusOr<Histogram> completion = FromProto(stats.completion());
  if (!completion.ok()) return completion.status();
  Samples samples{.latency = *std::move(latency), .completion = *std::move(completion), .stages = {}};
  for (const v1::StageStats& stage : stats.stages()) {
    absl::StatusOr<Histogram> of_stage = FromProto(stage.latency());
    if (!of_stage.ok()) return of_stage.status();
    samples.stages.push_back(*std::move(of_stage));
  }
  return samples;
}

void StatsMerger::Add(const v1::LocalFlowStats& stats, const Samples& samples, Flow& flow) {
  AddCounters(stats.counters(), flow.counters);
  flow.latency.Merge(samples.latency);
  flow.completion.Merge(samples.completion);
  for (int i = 0; i < stats.stages_size(); ++i) {
    Stage& stage = flow.stages[stats.stages(i).stage()];
    stage.count += stats.stages(i).count();
    stage.latency.Merge(samples.stages[static_cast<size_t>(i)]);
  }
  flow.open += stats.open();
  flow.early_waiting += stats.early_waiting();
  const uint64_t oldest = stats.oldest_open_unix_nanos();
  if (oldest != 0 && (flow.oldest_open_unix_nanos == 0 || oldest < flow.oldest_open_unix_nanos)) {
    flow.oldest_open_unix_nanos = oldest;
  }
}

v1::StatsReply StatsMerger::Merged(Time now) const {
  v1::StatsReply reply;
  for (const auto& [name, flow] : flows_) {
    v1::FlowStats& stats = *reply.add_flows();
    stats.set_flow(name);
    *stats.mutable_counters() = flow.counters;
    stats.set_open(flow.open);
    stats.set_oldest_open_seconds(AgeSeconds(flow.oldest_open_unix_nanos, now));
    stats.set_early_waiting(flow.early_waiting);
    SetLatency(flow.latency, stats);
    *stats.mutable_completion() = ToProto(flow.completion);
    for (const auto& [stage_name, stage] : flow.stages) {
      v1::StageStats& told = *stats.add_stages();
      told.set_stage(stage_name);
      told.set_count(stage.count);
      *told.mutable_latency() = ToProto(stage.latency);
    }
  }
  return reply;
}

}  // namespace oneway::query
