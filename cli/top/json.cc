// SPDX-License-Identifier: Apache-2.0
#include "cli/top/json.h"

#include <limits>
#include <optional>

#include "cli/json_writer.h"

namespace oneway::cli::top {
namespace {

// Told as null where it is not known.
double OrNull(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

void Write(const Flow& flow, JsonWriter& json) {
  json.BeginObject()
      .Text("flow", flow.name)
      .Real("started_per_second", OrNull(flow.started_per_second))
      .Real("matched_per_second", OrNull(flow.matched_per_second))
      .Count("open", flow.open)
      .Real("oldest_open_seconds", flow.oldest_seconds)
      .Count("overdue", flow.overdue)
      .Count("samples", flow.samples)
      .Real("p50_seconds", flow.p50_seconds)
      .Real("p99_seconds", flow.p99_seconds)
      .Real("max_seconds", flow.max_seconds)
      .Count("expired", flow.expired)
      .EndObject();
}

}  // namespace

std::string JsonOf(const Snapshot& snapshot, const View& view) {
  JsonWriter json;
  json.BeginObject()
      .UtcTime("at", ToUnixNanos(snapshot.at))
      .Text("window", NameOf(snapshot.window))
      .Count("joiners", snapshot.joiners)
      .Count("unexplained", snapshot.unexplained)
      .BeginArray("flows");
  for (const Flow& flow : view.Shown(snapshot)) Write(flow, json);
  json.EndArray().BeginArray("missing");
  for (const Missing& missing : snapshot.missing) {
    json.BeginObject().Text("joiner", missing.joiner).Text("reason", missing.reason).EndObject();
  }
  return json.EndArray().EndObject().text();
}

}  // namespace oneway::cli::top
