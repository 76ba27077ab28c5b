// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "common/event/event.h"
#include "common/time/time.h"

namespace oneway::cli {

// An event as a line of input tells it.
struct EventLine {
  event::Kind kind = event::Kind::kStart;
  std::string_view flow;
  std::string_view key;
  Time time{};  // the epoch = now
  std::vector<client::Label> labels;
};

// Reads lines of newline-delimited JSON:
//   {"flow": "push", "key": "k-1", "kind": "start", "time": "2026-03-01T14:00:00Z", "labels": {"region": "eu"}}
// kind: start or end. time: RFC 3339 or a whole number of Unix nanoseconds; optional, then now. labels: optional.
// Threading: external.
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
