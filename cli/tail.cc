// SPDX-License-Identifier: Apache-2.0
#include "cli/tail.h"

#include <ostream>
#include <set>

#include "absl/strings/ascii.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/key_story.h"
#include "cli/labels.h"
#include "cli/server.h"
#include "common/rpc/channel.h"

namespace oneway::cli {
namespace {

constexpr std::string_view kPrefix = "DECISION_";

std::string NameOf(v1::Decision decision) {
  return absl::AsciiStrToLower(v1::Decision_Name(decision).substr(kPrefix.size()));
}

bool HasLatency(const v1::TailDecision& decision) {
  return decision.decision() == v1::DECISION_MATCHED || decision.decision() == v1::DECISION_LATE;
}

Colour ColourOf(v1::Decision decision) {
  switch (decision) {
    case v1::DECISION_MATCHED:
      return Colour::kGreen;
    case v1::DECISION_EXPIRED:
    case v1::DECISION_LATE:
    case v1::DECISION_ORPHAN:
      return Colour::kRed;
    default:
      return Colour::kYellow;
  }
}

std::string Padded(std::string text, size_t columns) {
  if (text.size() < columns) text.resize(columns, ' ');
  return text;
}

void TellDecision(const v1::TailDecision& decision, Console& console) {
  constexpr size_t kDecisionColumns = 10;  // of the longest name
  constexpr size_t kLatencyColumns = 7;
  const std::string latency = HasLatency(decision) ? FormatDuration(Duration(decision.latency_nanos())) : "-";
  console.out << FormatLocalTime(FromUnixNanos(decision.at_unix_nanos())) << "  "
              << Painted(console, ColourOf(decision.decision()), Padded(NameOf(decision.decision()), kDecisionColumns))
              << "  " << Padded(latency, kLatencyColumns) << "  " << decision.flow() << "  "
              << ShownKey(decision.key(), decision.fingerprint());
  const std::string labels = ShownLabels(decision.labels());
  console.out << (labels.empty() ? "" : "  ") << labels << "\n";
}

void WriteDecision(const v1::TailDecision& decision, Console& console) {
  JsonWriter json;
  json.BeginObject()
      .Text("decision", NameOf(decision.decision()))
      .Text("flow", decision.flow())
      .Text("key", ReadableId(decision.key()))
      .Text("fingerprint", decision.fingerprint())
      .UtcTime("at", decision.at_unix_nanos())
      .UtcTime("started", decision.started_unix_nanos())
      .UtcTime("ended", decision.ended_unix_nanos());
  if (HasLatency(decision)) json.Signed("latency_nanos", decision.latency_nanos());
  WriteLabels(decision.labels(), json);
  console.out << json.Text("joiner", decision.joiner()).EndObject().text() << "\n";
}

v1::TailRequest RequestOf(const TailOptions& options) {
  v1::TailRequest request;
  request.set_flow(options.flow);
  for (const std::string& name : options.decisions) {
    v1::Decision decision{};
    if (v1::Decision_Parse(std::string(kPrefix) + absl::AsciiStrToUpper(name), &decision)) {
      request.add_decisions(decision);
    }
  }
  request.set_key_prefix(options.key_prefix);
  request.set_min_latency_seconds(std::chrono::duration<double>(options.slower_than).count());
  request.set_per_second_max(options.per_second);
  return request;
}

// Says on standard error who is not heard, whenever that changes.
class MissingTold {
 public:
  void Tell(const v1::TailReply& reply, Console& console) {
    std::set<std::string> missing;
    for (const v1::MissingJoiner& joiner : reply.missing()) missing.insert(joiner.joiner());
    if (missing == missing_) return;
    if (missing.empty()) {
      console.err << "oneway: all joiners are heard again\n";
    } else {
      TellMissing(reply.missing(), console);
    }
    missing_ = std::move(missing);
  }

 private:
  std::set<std::string> missing_;
};

}  // namespace

std::vector<std::string> DecisionNames() {
  std::vector<std::string> names;
  for (int i = v1::Decision_MIN + 1; i <= v1::Decision_MAX; ++i) names.push_back(NameOf(v1::Decision(i)));
  return names;
}

Exit Tail(const TailOptions& options, Console& console) {
  grpc::ClientContext context;
  const bool ends = options.duration.count() > 0;
  if (ends) context.set_deadline(std::chrono::system_clock::now() + options.duration);
  const auto stub = v1::Query::NewStub(rpc::ChannelTo(options.server));
  const auto stream = stub->Tail(&context, RequestOf(options));
  v1::TailReply reply;
  MissingTold missing;
  while (stream->Read(&reply)) {
    missing.Tell(reply, console);
    for (const v1::TailDecision& decision : reply.decisions()) {
      options.json ? WriteDecision(decision, console) : TellDecision(decision, console);
    }
    if (reply.passed_over() > 0) {
      console.err << "oneway: " << reply.passed_over() << " more, not shown; narrow it down, or raise --per-second\n";
    }
    console.out.flush();
  }
  const grpc::Status status = stream->Finish();
  if (status.ok() || (ends && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED)) return Exit::kOk;
  return TellNoAnswer(options.server, status, console);
}

}  // namespace oneway::cli
