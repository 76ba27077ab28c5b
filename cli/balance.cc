// SPDX-License-Identifier: Apache-2.0
#include "cli/balance.h"

#include <ostream>
#include <vector>

#include "cli/json_writer.h"
#include "cli/server.h"

namespace oneway::cli {
namespace {

std::vector<std::string> RowOf(const std::string& name, const v1::FlowBalance& balance) {
  return {name,
          std::to_string(balance.started()),
          std::to_string(balance.matched()),
          std::to_string(balance.expired()),
          std::to_string(balance.superseded()),
          std::to_string(balance.open()),
          std::to_string(balance.unexplained())};
}

std::string Verdict(const v1::BalanceReply& reply, const Console& console) {
  const uint64_t unexplained = reply.total().unexplained();
  if (unexplained != 0) {
    return Painted(console, Colour::kRed,
                   std::to_string(unexplained) + " unexplained: this is a bug in Oneway; please report it");
  }
  if (!reply.missing().empty()) return Painted(console, Colour::kYellow, "balanced where a joiner answered");
  return Painted(console, Colour::kGreen, "balanced: every start is accounted for");
}

void TellFlows(const v1::BalanceReply& reply, Console& console) {
  std::vector<std::vector<std::string>> rows = {
      {"flow", "started", "matched", "expired", "superseded", "open", "unexplained"}};
  for (const v1::FlowBalance& flow : reply.flows()) rows.push_back(RowOf(flow.flow(), flow));
  rows.push_back(RowOf("total", reply.total()));
  TellTable(rows, console);
}

void TellJoiners(const v1::BalanceReply& reply, Console& console) {
  if (reply.incarnations().empty()) return;
  std::vector<std::vector<std::string>> rows = {{"joiner", "incarnation", "commit"}};
  for (const v1::JoinerIncarnation& joiner : reply.incarnations()) {
    rows.push_back({joiner.joiner(), std::to_string(joiner.incarnation()), std::to_string(joiner.mark().commit())});
  }
  console.out << "\n";
  TellTable(rows, console);
  console.out << "\n";
}

JsonWriter& WriteNumbers(const v1::FlowBalance& balance, JsonWriter& json) {
  return json.Count("started", balance.started())
      .Count("matched", balance.matched())
      .Count("expired", balance.expired())
      .Count("superseded", balance.superseded())
      .Count("open", balance.open())
      .Count("unexplained", balance.unexplained());
}

void WriteJson(const v1::BalanceReply& reply, Console& console) {
  JsonWriter json;
  WriteNumbers(reply.total(), json.BeginObject()).BeginArray("flows");
  for (const v1::FlowBalance& flow : reply.flows()) {
    WriteNumbers(flow, json.BeginObject().Text("flow", flow.flow())).EndObject();
  }
  json.EndArray().BeginArray("joiners");
  for (const v1::JoinerIncarnation& joiner : reply.incarnations()) {
    json.BeginObject()
        .Text("name", joiner.joiner())
        .Count("incarnation", joiner.incarnation())
        .Count("commit", joiner.mark().commit())
        .EndObject();
  }
  json.EndArray();
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

}  // namespace

Exit Balance(const BalanceOptions& options, Console& console) {
  v1::BalanceReply reply;
  const grpc::Status status = Ask(options.server, &v1::Query::Stub::Balance, v1::BalanceRequest(), reply);
  if (!status.ok()) return TellNoAnswer(options.server, status, console);

  const Exit missing = TellMissing(reply.missing(), console);
  if (options.json) {
    WriteJson(reply, console);
  } else {
    TellFlows(reply, console);
    TellJoiners(reply, console);
    console.out << Verdict(reply, console) << "\n";
  }
  return reply.total().unexplained() != 0 ? Exit::kFinding : missing;
}

}  // namespace oneway::cli
