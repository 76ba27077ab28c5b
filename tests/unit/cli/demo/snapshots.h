// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/demo/snapshot.h"
#include "cli/terminal/line.h"

namespace oneway::cli::demo {

// Two flows, complete and balanced, after 20 s.
inline Snapshot TwoFlows() {
  Snapshot snapshot{.at = std::chrono::seconds(20), .missing = {}, .flows = {}, .balance = {}, .restarts = 0};
  snapshot.flows.push_back({.name = "push",
                            .started = 812,
                            .matched = 700,
                            .expired = 12,
                            .extra = 3,
                            .open = 100,
                            .samples = 700,
                            .oldest_seconds = 4.81,
                            .mean_seconds = 0.75,
                            .p50_seconds = 0.5,
                            .p95_seconds = 1.24,
                            .p99_seconds = 3.5,
                            .unexplained = 0});
  snapshot.flows.push_back({.name = "task", .started = 5, .open = 5, .oldest_seconds = 1.2});
  snapshot.balance = {.started = 817, .matched = 700, .expired = 12, .superseded = 0, .open = 105, .unexplained = 0};
  return snapshot;
}

// Lines as plain text, each with its newline.
inline std::string Plain(const std::vector<terminal::Line>& lines) {
  std::string text;
  for (const terminal::Line& line : lines) text += line.Plain() + "\n";
  return text;
}

}  // namespace oneway::cli::demo
