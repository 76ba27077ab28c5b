// SPDX-License-Identifier: Apache-2.0
#include "cli/get.h"

#include <chrono>
#include <ostream>

#include "absl/strings/ascii.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/server.h"

namespace oneway::cli {
namespace {

std::string NameOf(v1::KeyState state) {
  return absl::AsciiStrToLower(v1::KeyState_Name(state));
}

std::string Ago(Time time) {
  const Duration age = std::chrono::system_clock::now() - time;
  return age >= Duration(0) ? FormatDuration(age) + " ago" : "in " + FormatDuration(-age);
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

// The state as the end of a sentence that begins with the key.
std::string Sentence(const v1::KeyReply& reply) {
  const std::string latency = FormatDuration(Duration(reply.latency_nanos()));
  switch (reply.state()) {
    case v1::OPEN:
      return "is open: it started " + Ago(FromUnixNanos(reply.started_unix_nanos())) + " and waits for its end";
    case v1::EARLY:
      return "is early: it ended " + Ago(FromUnixNanos(reply.ended_unix_nanos())) + " and waits for its start";
    case v1::MATCHED:
      return "matched: it took " + latency;
    case v1::EXPIRED:
      return "expired: no end came in time";
    case v1::LATE:
      return "is late: it expired, and its end came after " + latency;
    default:
      return "is absent: never seen, or forgotten";
  }
}

void TellTime(const char* name, uint64_t unix_nanos, Console& console) {
  if (unix_nanos == 0) return;
  const Time time = FromUnixNanos(unix_nanos);
  console.out << "  " << name << FormatLocalTime(time) << "  (" << Ago(time) << ")\n";
}

void TellStory(const GetOptions& options, const v1::KeyReply& reply, Console& console) {
  console.out << options.key << " of " << options.flow << " "
              << Painted(console, ColourOf(reply.state()), Sentence(reply)) << "\n";
  TellTime("started   ", reply.started_unix_nanos(), console);
  TellTime("ended     ", reply.ended_unix_nanos(), console);
  TellTime("deadline  ", reply.deadline_unix_nanos(), console);
  console.out << "  joiner    " << reply.joiner() << ", slot " << reply.slot() << ", as of commit "
              << reply.mark().commit() << "\n";
}

void WriteTime(const char* name, uint64_t unix_nanos, JsonWriter& json) {
  if (unix_nanos != 0) json.Text(name, FormatUtcTime(FromUnixNanos(unix_nanos)));
}

void WriteJson(const GetOptions& options, const v1::KeyReply& reply, Console& console) {
  JsonWriter json;
  json.BeginObject().Text("flow", options.flow).Text("key", options.key);
  if (reply.missing().empty()) {
    json.Text("state", NameOf(reply.state()));
    WriteTime("started", reply.started_unix_nanos(), json);
    WriteTime("ended", reply.ended_unix_nanos(), json);
    WriteTime("deadline", reply.deadline_unix_nanos(), json);
    if (reply.state() == v1::MATCHED || reply.state() == v1::LATE) json.Signed("latency_nanos", reply.latency_nanos());
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
