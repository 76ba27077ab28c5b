// SPDX-License-Identifier: Apache-2.0
//
// Lines of `oneway send -`. Input: several of them, as they would come from a file.
#include <glog/logging.h>

#include <algorithm>

#include "cli/event_line.h"
#include "cli/parse_time.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using cli::EventLine;
using event::Kind;

// What the header says of lines that are taken.
void CheckEvent(const EventLine& event) {
  CHECK(event.kind >= Kind::kStart && event.kind <= Kind::kCompleted);
  CHECK(!event.flow.empty() && !event.key.empty());
  CHECK_EQ(!event.part.empty(), cli::IsPart(event.kind));
  CHECK_EQ(!event.stage.empty(), event.kind == Kind::kStage);
  if (cli::IsPart(event.kind) || event.kind == Kind::kStage) CHECK(event.labels.empty());
  CHECK_LE(event.expected, event::kPartsMax);
  if (event.kind != Kind::kStart && event.kind != Kind::kCompleted) CHECK_EQ(event.expected, 0u);
  CHECK(event.time >= Time{});
  CHECK(cli::WhatContradicts(event).empty());
}

// Views of a line are into the parser, so they are copied to be compared.
std::string TextOf(const EventLine& event) {
  std::string text = std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(ToUnixNanos(event.time)) +
                     " " + std::to_string(event.expected);
  for (const std::string_view part : {event.flow, event.key, event.part, event.stage}) {
    text.append(" ").append(part);
  }
  for (const client::Label& label : event.labels) text.append(" ").append(label.name).append("=").append(label.value);
  return text;
}

// A parser is used for all lines of an input: what stood on the line before must not shine through.
void CheckThatItStandsAlone(std::string_view line, const EventLine& event, const std::string& wrong) {
  static cli::EventLineParser other;
  EventLine alone;
  CHECK_EQ(other.Parse("{}", alone).empty(), false);
  CHECK_EQ(other.Parse(line, alone), wrong);
  if (wrong.empty()) CHECK_EQ(TextOf(alone), TextOf(event));
}

}  // namespace

bool Try(std::string_view input) {
  static cli::EventLineParser parser;
  EventLine event;
  bool taken = false;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    const std::string wrong = parser.Parse(line, event);
    if (wrong.empty()) CheckEvent(event);
    taken |= wrong.empty();
    CheckThatItStandsAlone(line, event, wrong);
    if (const auto time = cli::ParseTime(line); time.has_value()) CHECK(*time >= Time{});
  }
  return taken;
}

}  // namespace oneway::fuzz
