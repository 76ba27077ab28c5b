// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/terminal/line.h"
#include "cli/top/snapshot.h"

namespace oneway::cli::top {

// 14:00:05 of this machine's time zone, whichever that is.
inline Time FiveSecondsAfterTwo() {
  std::tm parts{.tm_sec = 5, .tm_min = 0, .tm_hour = 14, .tm_mday = 1, .tm_mon = 2, .tm_year = 126, .tm_isdst = -1};
  return std::chrono::system_clock::from_time_t(std::mktime(&parts));
}

// Three flows, one of them stuck and one that nothing has come of yet; complete and balanced.
inline Snapshot ThreeFlows() {
  Snapshot snapshot{.at = FiveSecondsAfterTwo(), .flows = {}, .missing = {}, .joiners = 2};
  snapshot.flows.push_back({.name = "order",
                            .started_per_second = 3,
                            .matched_per_second = 2.95,
                            .open = 4,
                            .oldest_seconds = 0.25,
                            .samples = 177,
                            .p50_seconds = 0.5,
                            .p99_seconds = 1.24,
                            .max_seconds = 1.3});
  snapshot.flows.push_back({.name = "push",
                            .started_per_second = 36,
                            .matched_per_second = 18.44,
                            .open = 133,
                            .oldest_seconds = 125,
                            .overdue = 7,
                            .samples = 1400,
                            .p50_seconds = 0.932,
                            .p99_seconds = 1.99,
                            .max_seconds = 5.9,
                            .expired = 19});
  snapshot.flows.push_back(
      {.name = "task", .started_per_second = 0.1, .matched_per_second = 0, .open = 1, .oldest_seconds = 4.81});
  return snapshot;
}

// Lines as plain text, each with its newline.
inline std::string Plain(const std::vector<terminal::Line>& lines) {
  std::string text;
  for (const terminal::Line& line : lines) text += line.Plain() + "\n";
  return text;
}

}  // namespace oneway::cli::top
