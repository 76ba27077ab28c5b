// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace oneway::cli::demo {

// What the task application measured of its tasks itself, to compare.
struct Durations {
  uint64_t tasks = 0;
  double mean_seconds = 0;  // 0 without tasks
};

// Reads a file of `ID NANOSECONDS` lines, as the application writes it; other lines are left out.
Durations ReadDurations(const std::string& path);

}  // namespace oneway::cli::demo
