// SPDX-License-Identifier: Apache-2.0
#include "cli/stats.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <vector>

#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/server.h"
#include "common/query/histogram_proto.h"

namespace oneway::cli {
namespace {

// Counters of what most flows never see: a column each, where any flow has it.
struct RareCounter {
  const char* name;
  uint64_t (v1::FlowCounters::*value)() const;
};
constexpr RareCounter kRareCounters[] = {{"empty", &v1::FlowCounters::empty},
                                         {"late_part", &v1::FlowCounters::late_part},
                                         {"excess_part", &v1::FlowCounters::excess_part},
                                         {"end", &v1::FlowCounters::end},
                                         {"late_stage", &v1::FlowCounters::late_stage},
                                         {"superseded", &v1::FlowCounters::superseded},
                                         {"stale", &v1::FlowCounters::stale}};

std::vector<RareCounter> RareCountersOf(const v1::StatsReply& reply) {
  std::vector<RareCounter> seen;
  for (const RareCounter& counter : kRareCounters) {
    const bool any = std::any_of(reply.flows().begin(), reply.flows().end(),
                                 [&](const v1::FlowStats& flow) { return (flow.counters().*counter.value)() != 0; });
    if (any) seen.push_back(counter);
  }
  return seen;
}

std::vector<std::string> HeaderOf(const std::vector<RareCounter>& rare) {
  std::vector<std::string> header = {"flow", "started", "matched", "open", "oldest", "mean", "p50",
                                     "p95",  "p99",     "expired", "late", "orphan", "early"};
  for (const RareCounter& counter : rare) header.push_back(counter.name);
  return header;
}

std::vector<std::string> RowOf(const v1::FlowStats& flow, const std::vector<RareCounter>& rare) {
  const v1::FlowCounters& counters = flow.counters();
  const auto latency = [&](double seconds) { return flow.samples() == 0 ? "-" : FormatSeconds(seconds); };
  std::vector<std::string> row = {flow.flow(),
                                  std::to_string(counters.started()),
                                  std::to_string(counters.matched()),
                                  std::to_string(flow.open()),
                                  flow.open() == 0 ? "-" : FormatSeconds(flow.oldest_open_seconds()),
                                  latency(flow.mean_seconds()),
                                  latency(flow.p50_seconds()),
                                  latency(flow.p95_seconds()),
                                  latency(flow.p99_seconds()),
                                  std::to_string(counters.expired()),
                                  std::to_string(counters.late()),
                                  std::to_string(counters.orphan()),
                                  std::to_string(counters.early())};
  for (const RareCounter& counter : rare) row.push_back(std::to_string((counters.*counter.value)()));
  return row;
}

// A table of their own, where any flow has any.
void TellStages(const v1::StatsReply& reply, Console& console) {
  std::vector<std::vector<std::string>> rows = {{"flow", "stage", "passed", "mean", "p50", "p95", "p99"}};
  for (const v1::FlowStats& flow : reply.flows()) {
    for (const v1::StageStats& stage : flow.stages()) {
      const auto latency = query::FromProto(stage.latency());
      std::vector<std::string> row = {flow.flow(), stage.stage(), std::to_string(stage.count()), "-", "-", "-", "-"};
      if (latency.ok() && latency->count() > 0) {
        row[3] = FormatSeconds(latency->MeanSeconds());
        row[4] = FormatDuration(latency->Quantile(0.5));
        row[5] = FormatDuration(latency->Quantile(0.95));
        row[6] = FormatDuration(latency->Quantile(0.99));
      }
      rows.push_back(std::move(row));
    }
  }
  if (rows.size() == 1) return;
  console.out << "\n";
  TellTable(rows, console);
}

void TellTable(const StatsOptions& options, const v1::StatsReply& reply, Console& console) {
  if (reply.flows().empty()) {
    console.out << (options.flow.empty() ? "no flow has been seen" : "flow " + options.flow + " has not been seen")
                << "\n";
    return;
  }
  const std::vector<RareCounter> rare = RareCountersOf(reply);
  std::vector<std::vector<std::string>> rows = {HeaderOf(rare)};
  for (const v1::FlowStats& flow : reply.flows()) rows.push_back(RowOf(flow, rare));
  TellTable(rows, console);
  TellStages(reply, console);
}

void WriteCounters(const v1::FlowCounters& counters, JsonWriter& json) {
  json.Count("started", counters.started())
      .Count("matched", counters.matched())
      .Count("expired", counters.expired())
      .Count("superseded", counters.superseded())
      .Count("orphan", counters.orphan())
      .Count("late", counters.late())
      .Count("late_arrival", counters.late_arrival())
      .Count("negative", counters.negative())
      .Count("early", counters.early())
      .Count("duplicate", counters.duplicate())
      .Count("repeated_start", counters.repeated_start())
      .Count("reused_key", counters.reused_key())
      .Count("extra_end", counters.extra_end())
      .Count("stale", counters.stale())
      .Count("late_part", counters.late_part())
      .Count("empty", counters.empty())
      .Count("excess_part", counters.excess_part())
      .Count("end", counters.end())
      .Count("stage", counters.stage())
      .Count("late_stage", counters.late_stage())
      .Count("good", counters.good())
      .Count("valid", counters.valid());
}

// Left out where it is none that samples can have led to.
void WriteLatency(const v1::LatencyHistogram& latency, JsonWriter& json) {
  const auto histogram = query::FromProto(latency);
  if (!histogram.ok()) return;
  const auto seconds = [](Duration duration) { return std::chrono::duration<double>(duration).count(); };
  json.Count("samples", histogram->count())
      .Real("mean_seconds", histogram->MeanSeconds())
      .Real("min_seconds", seconds(histogram->min()))
      .Real("p50_seconds", seconds(histogram->Quantile(0.5)))
      .Real("p90_seconds", seconds(histogram->Quantile(0.9)))
      .Real("p95_seconds", seconds(histogram->Quantile(0.95)))
      .Real("p99_seconds", seconds(histogram->Quantile(0.99)))
      .Real("p999_seconds", seconds(histogram->Quantile(0.999)))
      .Real("max_seconds", seconds(histogram->max()));
}

void WriteStages(const v1::FlowStats& flow, JsonWriter& json) {
  json.BeginArray("stages");
  for (const v1::StageStats& stage : flow.stages()) {
    json.BeginObject().Text("stage", stage.stage()).Count("passed", stage.count());
    WriteLatency(stage.latency(), json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteFlow(const v1::FlowStats& flow, JsonWriter& json) {
  json.BeginObject().Text("flow", flow.flow());
  WriteCounters(flow.counters(), json);
  json.Count("open", flow.open())
      .Real("oldest_open_seconds", flow.oldest_open_seconds())
      .Count("early_waiting", flow.early_waiting())
      .Count("samples", flow.samples())
      .Real("mean_seconds", flow.mean_seconds())
      .Real("min_seconds", flow.min_seconds())
      .Real("p50_seconds", flow.p50_seconds())
      .Real("p90_seconds", flow.p90_seconds())
      .Real("p95_seconds", flow.p95_seconds())
      .Real("p99_seconds", flow.p99_seconds())
      .Real("p999_seconds", flow.p999_seconds())
      .Real("max_seconds", flow.max_seconds());
  json.BeginObject("completion");
  WriteLatency(flow.completion(), json);
  json.EndObject();
  WriteStages(flow, json);
  json.EndObject();
}

void WriteJson(const v1::StatsReply& reply, Console& console) {
  JsonWriter json;
  json.BeginObject().BeginArray("flows");
  for (const v1::FlowStats& flow : reply.flows()) WriteFlow(flow, json);
  json.EndArray();
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

}  // namespace

Exit Stats(const StatsOptions& options, Console& console) {
  v1::StatsRequest request;
  request.set_flow(options.flow);
  request.set_window_seconds(options.window_seconds);
  v1::StatsReply reply;
  const grpc::Status status = Ask(options.server, &v1::Query::Stub::Stats, request, reply);
  if (!status.ok()) return TellNoAnswer(options.server, status, console);

  if (options.json) {
    WriteJson(reply, console);
  } else {
    TellTable(options, reply, console);
  }
  return TellMissing(reply.missing(), console);
}

}  // namespace oneway::cli
