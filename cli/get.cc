// SPDX-License-Identifier: Apache-2.0
#include "cli/get.h"

#include <chrono>
#include <ostream>

#include "absl/strings/ascii.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/key_story.h"
#include "cli/server.h"

namespace oneway::cli {
namespace {

std::string NameOf(v1::KeyState state) {
  return absl::AsciiStrToLower(v1::KeyState_Name(state));
}

Colour ColourOf(v1::KeyState state) {
  switch (state) {
    case v1::MATCHED:
      return Colour::kGreen;
    case v1::EXPIRED:
    case v1::LATE:
      return Colour::kRed;
    default:
      return Colour::kYellow;
  }
}

void TellLine(std::string name, const std::string& text, Console& console) {
  constexpr size_t kNameColumns = 10;
  name.resize(kNameColumns, ' ');
  if (!text.empty()) console.out << "  " << name << text << "\n";
}

void TellTime(const char* name, uint64_t unix_nanos, Time now, Console& console) {
  if (unix_nanos == 0) return;
  const Time time = FromUnixNanos(unix_nanos);
  TellLine(name, FormatLocalTime(time) + "  (" + FormatAgo(time, now) + ")", console);
}

void TellParts(const v1::KeyReply& reply, Time now, Console& console) {
  const v1::FanoutParts& parts = reply.parts();
  if (reply.state() != v1::EXPIRED) TellLine("parts", PartsSentence(parts), console);
  TellLine("missing", MissingSentence(parts), console);
  TellTime("completed", parts.completed_unix_nanos(), now, console);
  TellTime("progress", parts.last_progress_unix_nanos(), now, console);
}

void TellStory(const GetOptions& options, const v1::KeyReply& reply, Console& console) {
  const Time now = std::chrono::system_clock::now();
  console.out << ReadableId(options.key) << " of " << options.flow << " "
              << Painted(console, ColourOf(reply.state()), StateSentence(reply, now)) << "\n";
  TellTime("started", reply.started_unix_nanos(), now, console);
  TellTime("ended", reply.ended_unix_nanos(), now, console);
  TellTime(reply.state() == v1::EXPIRED ? "expired" : "deadline", reply.deadline_unix_nanos(), now, console);
  if (reply.has_parts()) TellParts(reply, now, console);
  TellLine("joiner",
           reply.joiner() + ", slot " + std::to_string(reply.slot()) + ", as of commit " +
               std::to_string(reply.mark().commit()),
           console);
}

void WriteParts(const v1::KeyReply& reply, JsonWriter& json) {
  const v1::FanoutParts& parts = reply.parts();
  json.BeginObject("parts");
  // Not known of an expired one.
  if (reply.state() != v1::EXPIRED) {
    json.Count("expected", parts.expected()).Count("known", parts.known()).Count("ended", parts.ended());
  }
  json.Count("missing", parts.missing()).BeginArray("missing_ids");
  for (const std::string& id : parts.missing_ids()) json.Text("", ReadableId(id));
  json.EndArray();
  json.UtcTime("completed", parts.completed_unix_nanos());
  json.UtcTime("last_progress", parts.last_progress_unix_nanos());
  json.EndObject();
}

void WriteJson(const GetOptions& options, const v1::KeyReply& reply, Console& console) {
  JsonWriter json;
  json.BeginObject().Text("flow", options.flow).Text("key", options.key);
  if (reply.missing().empty()) {
    json.Text("state", NameOf(reply.state()));
    json.UtcTime("started", reply.started_unix_nanos());
    json.UtcTime("ended", reply.ended_unix_nanos());
    json.UtcTime("deadline", reply.deadline_unix_nanos());
    if (reply.state() == v1::MATCHED || reply.state() == v1::LATE) json.Signed("latency_nanos", reply.latency_nanos());
    if (reply.empty()) json.Boolean("empty", true);
    if (reply.has_parts()) WriteParts(reply, json);
    json.Text("joiner", reply.joiner()).Count("slot", reply.slot()).Count("commit", reply.mark().commit());
  }
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

}  // namespace

Exit Get(const GetOptions& options, Console& console) {
  v1::KeyRequest request;
  request.set_flow(options.flow);
  request.set_key(options.key);
  v1::KeyReply reply;
  const grpc::Status status = Ask(options.server, &v1::Query::Stub::Key, request, reply);
  if (!status.ok()) return TellNoAnswer(options.server, status, console);

  const Exit missing = TellMissing(reply.missing(), console);
  if (options.json) {
    WriteJson(options, reply, console);
  } else if (missing == Exit::kOk) {
    TellStory(options, reply, console);
  }
  if (missing != Exit::kOk) return missing;
  return reply.state() == v1::ABSENT ? Exit::kAbsent : Exit::kOk;
}

}  // namespace oneway::cli
