// SPDX-License-Identifier: Apache-2.0
#include "cli/overdue.h"

#include <ostream>
#include <vector>

#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/key_story.h"
#include "cli/labels.h"
#include "cli/server.h"

namespace oneway::cli {
namespace {

// From when on its age counts.
Time SinceOf(const v1::OverdueKey& key) {
  return FromUnixNanos(key.since_unix_nanos() != 0 ? key.since_unix_nanos() : key.started_unix_nanos());
}

std::vector<std::string> RowOf(const v1::OverdueKey& key, Time now) {
  return {ShownKey(key.key(), key.fingerprint()),
          key.flow(),
          FormatDuration(now - SinceOf(key)),
          FormatDuration(FromUnixNanos(key.deadline_unix_nanos()) - now),
          key.has_parts() ? std::to_string(key.parts().missing()) : "-",
          key.joiner(),
          ShownLabels(key.labels())};
}

void TellKeys(const v1::OverdueReply& reply, Console& console) {
  if (reply.keys().empty()) {
    console.out << "nothing is overdue\n";
    return;
  }
  const Time now = FromUnixNanos(reply.now_unix_nanos());
  std::vector<std::vector<std::string>> rows = {{"key", "flow", "age", "expires in", "parts", "joiner", "labels"}};
  for (const v1::OverdueKey& key : reply.keys()) rows.push_back(RowOf(key, now));
  TellTable(rows, console);
  const auto shown = static_cast<uint64_t>(reply.keys_size());
  if (reply.count() > shown) console.out << "and " << reply.count() - shown << " more; --limit shows more of them\n";
}

void WriteJson(const v1::OverdueReply& reply, Console& console) {
  const Time now = FromUnixNanos(reply.now_unix_nanos());
  JsonWriter json;
  json.BeginObject().Count("count", reply.count()).BeginArray("flows");
  for (const v1::FlowOverdue& flow : reply.flows()) {
    json.BeginObject().Text("flow", flow.flow()).Count("count", flow.count()).EndObject();
  }
  json.EndArray().BeginArray("keys");
  for (const v1::OverdueKey& key : reply.keys()) {
    json.BeginObject()
        .Text("flow", key.flow())
        .Text("key", ReadableId(key.key()))
        .Text("fingerprint", key.fingerprint())
        .UtcTime("started", key.started_unix_nanos())
        .UtcTime("deadline", key.deadline_unix_nanos())
        .Real("age_seconds", std::chrono::duration<double>(now - SinceOf(key)).count())
        .Text("joiner", key.joiner());
    if (key.has_parts()) json.Count("missing_parts", key.parts().missing());
    WriteLabels(key.labels(), json);
    json.EndObject();
  }
  json.EndArray();
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

}  // namespace

Exit Overdue(const OverdueOptions& options, Console& console) {
  v1::OverdueRequest request;
  request.set_flow(options.flow);
  request.set_min_age_seconds(std::chrono::duration<double>(options.older_than).count());
  request.set_limit(options.limit);
  v1::OverdueReply reply;
  const grpc::Status status = Ask(options.server, &v1::Query::Stub::Overdue, request, reply);
  if (!status.ok()) return TellNoAnswer(options.server, status, console);

  if (options.json) {
    WriteJson(reply, console);
  } else {
    TellKeys(reply, console);
  }
  return TellMissing(reply.missing(), console);
}

}  // namespace oneway::cli
