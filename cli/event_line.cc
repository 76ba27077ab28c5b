// SPDX-License-Identifier: Apache-2.0
#include "cli/event_line.h"

#include <simdjson.h>

#include <utility>

#include "cli/parse_time.h"

namespace oneway::cli {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

std::string ReadText(const std::string& name, element value, std::string_view& text) {
  return value.get(text) == SUCCESS ? "" : name + " is not a text";
}

std::string ReadKind(element value, event::Kind& kind) {
  constexpr std::pair<std::string_view, event::Kind> kKinds[] = {
      {"start", event::Kind::kStart},          {"end", event::Kind::kEnd},
      {"stage", event::Kind::kStage},          {"part_started", event::Kind::kPartStarted},
      {"part_ended", event::Kind::kPartEnded}, {"completed", event::Kind::kCompleted}};
  std::string_view text;
  if (value.get(text) == SUCCESS) {
    for (const auto& [name, named] : kKinds) {
      if (text != name) continue;
      kind = named;
      return "";
    }
  }
  return "kind is none of \"start\", \"end\", \"stage\", \"part_started\", \"part_ended\", \"completed\"";
}

std::string ReadExpected(element value, uint32_t& expected) {
  uint64_t number = 0;
  if (value.get(number) != SUCCESS || number < 1 || number > event::kPartsMax) return "expected is not 1 to 1024";
  expected = static_cast<uint32_t>(number);
  return "";
}

std::string ReadTime(element value, Time& time) {
  int64_t nanos = 0;
  std::string_view text;
  if (value.get(nanos) == SUCCESS && nanos > 0) {
    time = Time(Duration(nanos));
    return "";
  }
  const auto parsed = value.get(text) == SUCCESS ? ParseRfc3339(text) : std::nullopt;
  if (!parsed.has_value()) return "time is neither RFC 3339 nor a whole number of Unix nanoseconds";
  time = *parsed;
  return "";
}

std::string ReadLabels(element value, std::vector<client::Label>& labels) {
  simdjson::dom::object object;
  if (value.get(object) != SUCCESS) return "labels is not an object";
  for (const auto& [name, label] : object) {
    std::string_view text;
    if (label.get(text) != SUCCESS) return "label " + std::string(name) + " is not a text";
    labels.push_back({.name = name, .value = text});
  }
  return "";
}

std::string ReadMember(std::string_view name, element value, EventLine& event) {
  if (name == "flow") return ReadText("flow", value, event.flow);
  if (name == "key") return ReadText("key", value, event.key);
  if (name == "kind") return ReadKind(value, event.kind);
  if (name == "time") return ReadTime(value, event.time);
  if (name == "stage") return ReadText("stage", value, event.stage);
  if (name == "part") return ReadText("part", value, event.part);
  if (name == "expected") return ReadExpected(value, event.expected);
  if (name == "labels") return ReadLabels(value, event.labels);
  // Not passed over: a misspelt "time" would become now.
  return "unknown member " + std::string(name);
}

}  // namespace

std::string WhatContradicts(const EventLine& event) {
  const bool is_part = IsPart(event.kind);
  const bool is_stage = event.kind == event::Kind::kStage;
  if (is_part && !event.labels.empty()) return "labels are not taken of parts";
  if (is_stage && !event.labels.empty()) return "labels are not taken of stages";
  if (!is_stage && !event.stage.empty()) return "a stage is only taken of the kind stage";
  if (!is_part && !event.part.empty()) return "a part is only taken of part_started and part_ended";
  const bool takes_expected = event.kind == event::Kind::kStart || event.kind == event::Kind::kCompleted;
  if (!takes_expected && event.expected != 0) return "expected is only taken of start and completed";
  return "";
}

class EventLineParser::Implementation {
 public:
  simdjson::dom::parser parser;
};

EventLineParser::EventLineParser() : implementation_(std::make_unique<Implementation>()) {}
EventLineParser::~EventLineParser() = default;

std::string EventLineParser::Parse(std::string_view line, EventLine& event) {
  event.flow = event.key = event.part = event.stage = {};
  event.time = {};
  event.labels.clear();
  event.expected = 0;

  element root;
  simdjson::dom::object object;
  if (implementation_->parser.parse(line.data(), line.size()).get(root) != SUCCESS) return "not JSON";
  if (root.get(object) != SUCCESS) return "not a JSON object";
  bool has_kind = false;
  for (const auto& [name, value] : object) {
    std::string wrong = ReadMember(name, value, event);
    if (!wrong.empty()) return wrong;
    has_kind |= name == "kind";
  }
  if (!has_kind) return "kind is missing";
  if (event.flow.empty()) return "flow is missing";
  if (event.key.empty()) return "key is missing";
  if (IsPart(event.kind) && event.part.empty()) return "part is missing";
  if (event.kind == event::Kind::kStage && event.stage.empty()) return "stage is missing";
  return WhatContradicts(event);
}

}  // namespace oneway::cli
