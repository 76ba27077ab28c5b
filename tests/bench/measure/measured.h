// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace oneway::bench {

// Wall and CPU time of this process, all its threads together, from Begin to End; seconds.
class Stopwatch {
 public:
  void Begin();
  void EndWall();
  void EndCpu();
  void End() {
    EndWall();
    EndCpu();
  }
  double wall_seconds() const { return wall_seconds_; }
  double cpu_seconds() const { return cpu_seconds_; }

 private:
  std::chrono::steady_clock::time_point began_at_;
  double cpu_at_begin_ = 0;
  double wall_seconds_ = 0;
  double cpu_seconds_ = 0;
};

// CPU time of this process so far, all threads; seconds.
double ProcessCpuSeconds();

// What a program of the benchmark found out; printed as one line of JSON for the driver.
class Findings {
 public:
  void Add(std::string name, double value) { values_.emplace_back(std::move(name), value); }
  void Add(const Stopwatch& stopwatch);
  void Print() const;

 private:
  std::vector<std::pair<std::string, double>> values_;
};

}  // namespace oneway::bench
