// SPDX-License-Identifier: Apache-2.0
#include "cli/event_line.h"

#include <simdjson.h>

#include "cli/parse_time.h"

namespace oneway::cli {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

std::string ReadText(const std::string& name, element value, std::string_view& text) {
  return value.get(text) == SUCCESS ? "" : name + " is not a text";
}

std::string ReadKind(element value, event::Kind& kind) {
  std::string_view text;
  if (value.get(text) != SUCCESS || (text != "start" && text != "end")) return "kind is neither \"start\" nor \"end\"";
  kind = text == "start" ? event::Kind::kStart : event::Kind::kEnd;
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
  if (name == "labels") return ReadLabels(value, event.labels);
  // Not passed over: a misspelt "time" would become now.
  return "unknown member " + std::string(name);
}

}  // namespace

class EventLineParser::Implementation {
 public:
  simdjson::dom::parser parser;
};

EventLineParser::EventLineParser() : implementation_(std::make_unique<Implementation>()) {}
EventLineParser::~EventLineParser() = default;

std::string EventLineParser::Parse(std::string_view line, EventLine& event) {
  event.flow = event.key = {};
  event.time = {};
  event.labels.clear();

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
  return "";
}

}  // namespace oneway::cli
