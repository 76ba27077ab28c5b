// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/result.h"

#include "cli/json_writer.h"

namespace oneway::cli::demo {
namespace {

void WriteFlow(const Flow& flow, JsonWriter& json) {
  json.BeginObject(flow.name)
      .Count("started", flow.started)
      .Count("matched", flow.matched)
      .Count("expired", flow.expired)
      .Count("extra", flow.extra)
      .Count("open", flow.open)
      .Real("mean_seconds", flow.mean_seconds)
      .Real("p50_seconds", flow.p50_seconds)
      .Real("p99_seconds", flow.p99_seconds)
      .EndObject();
}

void WriteBalance(const Balance& balance, JsonWriter& json) {
  json.BeginObject("balance")
      .Count("started", balance.started)
      .Count("matched", balance.matched)
      .Count("expired", balance.expired)
      .Count("superseded", balance.superseded)
      .Count("open", balance.open)
      .Count("unexplained", balance.unexplained)
      .EndObject();
}

// Two measurements of the same tasks, made independently of each other. Nothing when there were no tasks.
std::vector<terminal::Line> TasksOf(const Flow& flow, const Durations& own) {
  const auto figures = [](uint64_t tasks, double mean_seconds) {
    return std::to_string(tasks) + " tasks, mean " + std::to_string(mean_seconds) + " s";
  };
  if (own.tasks == 0 && flow.started == 0) return {};
  std::vector<terminal::Line> lines = {terminal::Line("the task application itself measured " +
                                                      figures(own.tasks, own.mean_seconds) + "; Oneway " +
                                                      figures(flow.matched, flow.mean_seconds))};
  if (own.tasks != flow.matched) {
    lines.emplace_back("these are not the same tasks: Oneway has closed not all, or not only those", Colour::kYellow);
  }
  return lines;
}

std::string Times(uint64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

}  // namespace

std::string JsonOf(const Snapshot& last) {
  JsonWriter json;
  json.BeginObject().BeginObject("flows");
  for (const Flow& flow : last.flows) WriteFlow(flow, json);
  json.EndObject();
  WriteBalance(last.balance, json);
  return json.Count("restarts", last.restarts).EndObject().text();
}

std::vector<terminal::Line> SummaryOf(const Snapshot& last, const Durations& own) {
  const Balance& balance = last.balance;
  const auto number = [](uint64_t count) { return std::to_string(count); };
  std::vector<terminal::Line> lines;
  for (const Flow& flow : last.flows) {
    if (flow.name == "task") lines = TasksOf(flow, own);
  }
  lines.emplace_back("started " + number(balance.started) + " = matched " + number(balance.matched) + " + expired " +
                     number(balance.expired) + " + superseded " + number(balance.superseded) + " + open " +
                     number(balance.open));
  for (const std::string& missing : last.missing) {
    lines.emplace_back(missing + ": its part is missing above", Colour::kYellow);
  }
  if (balance.unexplained != 0) {
    lines.emplace_back(number(balance.unexplained) + " unexplained: this is a bug in Oneway; please report it",
                       Colour::kRed);
    return lines;
  }
  lines.push_back(
      terminal::Line("balanced", Colour::kGreen)
          .Add(last.restarts == 0
                   ? ": every start is accounted for"
                   : ": every start is accounted for, and a joiner was killed and restarted " + Times(last.restarts)));
  return lines;
}

}  // namespace oneway::cli::demo
