// SPDX-License-Identifier: Apache-2.0
#include "cli/event_flags.h"

#include "cli/parse_time.h"

namespace oneway::cli {
namespace {

int CountKinds(const SendOptions& options) {
  return options.start + options.end + options.part_started.has_value() + options.part_ended.has_value() +
         options.stage.has_value() + options.completed;
}

std::string ReadKind(const SendOptions& options, EventLine& event) {
  if (CountKinds(options) != 1)
    return "name one of --start, --end, --stage, --part-started, --part-ended and --completed";
  if (options.end) event.kind = event::Kind::kEnd;
  if (options.completed) event.kind = event::Kind::kCompleted;
  if (options.stage.has_value()) {
    event.kind = event::Kind::kStage;
    event.stage = *options.stage;
  }
  if (options.part_started.has_value()) {
    event.kind = event::Kind::kPartStarted;
    event.part = *options.part_started;
  }
  if (options.part_ended.has_value()) {
    event.kind = event::Kind::kPartEnded;
    event.part = *options.part_ended;
  }
  return "";
}

std::string ReadTime(const std::string& text, Time& time) {
  const auto parsed = ParseTime(text);
  if (!parsed.has_value())
    return "--time is neither RFC 3339, such as 2026-03-01T14:00:00Z, nor Unix nanoseconds nor now";
  time = *parsed;
  return "";
}

std::string ReadLabels(const std::vector<std::string>& texts, std::vector<client::Label>& labels) {
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return "--label " + text + " is not name=value";
    const std::string_view view = text;
    labels.push_back({.name = view.substr(0, equals), .value = view.substr(equals + 1)});
  }
  return "";
}

}  // namespace

bool NamesAnEvent(const SendOptions& options) {
  return !options.flow.empty() || !options.key.empty() || CountKinds(options) > 0 || options.expected != 0;
}

std::string ReadEventFlags(const SendOptions& options, EventLine& event) {
  event = {.flow = options.flow, .key = options.key, .expected = options.expected};
  std::string wrong = ReadKind(options, event);
  if (wrong.empty()) wrong = ReadTime(options.time, event.time);
  if (wrong.empty()) wrong = ReadLabels(options.labels, event.labels);
  if (wrong.empty()) wrong = WhatContradicts(event);
  return wrong;
}

}  // namespace oneway::cli
