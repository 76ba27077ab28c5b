// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/measure/measured.h"

#include <time.h>

#include <cstdio>

namespace oneway::bench {

double ProcessCpuSeconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void Stopwatch::Begin() {
  began_at_ = std::chrono::steady_clock::now();
  cpu_at_begin_ = ProcessCpuSeconds();
}

void Stopwatch::EndCpu() {
  cpu_seconds_ = ProcessCpuSeconds() - cpu_at_begin_;
}

void Stopwatch::EndWall() {
  wall_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_at_).count();
}

void Findings::Add(const Stopwatch& stopwatch) {
  Add("wall_seconds", stopwatch.wall_seconds());
  Add("cpu_seconds", stopwatch.cpu_seconds());
}

void Findings::Print() const {
  const char* separator = "{";
  for (const auto& [name, value] : values_) {
    std::printf("%s\"%s\": %.9g", separator, name.c_str(), value);
    separator = ", ";
  }
  std::printf("}\n");
  std::fflush(stdout);
}

}  // namespace oneway::bench
