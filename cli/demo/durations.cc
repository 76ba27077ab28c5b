// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/durations.h"

#include <fstream>
#include <sstream>

namespace oneway::cli::demo {

Durations ReadDurations(const std::string& path) {
  Durations durations;
  double sum_seconds = 0;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string id;
    int64_t nanoseconds = 0;
    if (!(words >> id >> nanoseconds)) continue;
    ++durations.tasks;
    sum_seconds += static_cast<double>(nanoseconds) * 1e-9;
  }
  if (durations.tasks > 0) durations.mean_seconds = sum_seconds / static_cast<double>(durations.tasks);
  return durations;
}

}  // namespace oneway::cli::demo
