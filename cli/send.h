// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway send` was asked to do, as on the command line.
struct SendOptions {
  std::string server;
  std::string source;  // "-": lines from standard input
  std::string flow;
  std::string key;
  bool start = false;
  bool end = false;
  std::optional<std::string> stage;         // its name
  std::optional<std::string> part_started;  // the part
  std::optional<std::string> part_ended;    // the part
  bool completed = false;
  uint32_t expected = 0;  // 0 = not said
  std::string time = "now";
  std::vector<std::string> labels;                           // name=value
  std::chrono::nanoseconds wait = std::chrono::seconds(30);  // for answers that are due, at the end or when none come
};

// Sends one event, or each line of standard input, and says what became of them.
// kFinding when a line was bad or an event refused; kPartial when not all were answered;
// kUsage when the options contradict each other.
Exit Send(const SendOptions& options, Console& console);

}  // namespace oneway::cli
