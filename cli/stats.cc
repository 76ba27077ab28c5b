// SPDX-License-Identifier: Apache-2.0
#include "cli/stats.h"

#include <ostream>
#include <vector>

#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/server.h"

namespace oneway::cli {
namespace {

std::vector<std::string> RowOf(const v1::FlowStats& flow) {
  const v1::FlowCounters& counters = flow.counters();
  const auto latency = [&](double seconds) { return flow.samples() == 0 ? "-" : FormatSeconds(seconds); };
  return {flow.flow(),
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
}

void TellTable(const StatsOptions& options, const v1::StatsReply& reply, Console& console) {
  if (reply.flows().empty()) {
    console.out << (options.flow.empty() ? "no flow has been seen" : "flow " + options.flow + " has not been seen")
                << "\n";
    return;
  }
  std::vector<std::vector<std::string>> rows = {{"flow", "started", "matched", "open", "oldest", "mean", "p50", "p95",
                                                 "p99", "expired", "late", "orphan", "early"}};
  for (const v1::FlowStats& flow : reply.flows()) rows.push_back(RowOf(flow));
  const std::string table = FormatTable(rows);
  const size_t header_end = table.find('\n');
  console.out << Painted(console, Colour::kBold, table.substr(0, header_end)) << table.substr(header_end);
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
      .Count("stale", counters.stale());
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
      .Real("max_seconds", flow.max_seconds())
      .EndObject();
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
