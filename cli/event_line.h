// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "common/event/event.h"
#include "common/time/time.h"

namespace oneway::cli {

// An event as a line of input, or the flags, tell it.
struct EventLine {
  event::Kind kind = event::Kind::kStart;
  std::string_view flow;
  std::string_view key;
  std::string_view part;   // kPartStarted, kPartEnded
  std::string_view stage;  // kStage
  Time time{};             // the epoch = now
  std::vector<client::Label> labels;
  uint32_t expected = 0;  // kStart, kCompleted; 0 = not said
};

constexpr bool IsPart(event::Kind kind) {
  return kind == event::Kind::kPartStarted || kind == event::Kind::kPartEnded;
}

// Whether something is said of the event that its kind does not take, as part of a sentence; empty when not.
std::string WhatContradicts(const EventLine& event);

// Reads lines of newline-delimited JSON:
//   {"flow": "push", "key": "k-1", "kind": "start", "time": "2026-03-01T14:00:00Z", "labels": {"region": "eu"}}
//   {"flow": "push", "key": "k-1", "kind": "stage", "stage": "queued"}
//   {"flow": "task", "key": "t-1", "kind": "part_ended", "part": "7"}
//   {"flow": "task", "key": "t-1", "kind": "completed", "expected": 12}
// kind: start, end, stage, part_started, part_ended, completed. time: RFC 3339 or a whole number of Unix nanoseconds;
// optional, then now. labels: optional, not of stages and parts. stage: of stages only. part: of parts only. expected:
// of start and completed only, optional. Threading: external.
class EventLineParser {
 public:
  EventLineParser();
  ~EventLineParser();

  // Fills `event`, whose views are good until the next call. Returns what is wrong with the line as part of a sentence;
  // empty when nothing is.
  std::string Parse(std::string_view line, EventLine& event);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace oneway::cli
