// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace oneway::test::crash {

// What became of one cycle, or of the last look at the end of a run. A line of JSON in the file of results.
struct CycleResult {
  uint64_t seed = 0;
  uint32_t cycle = 0;      // from 1
  std::string fault;       // its name; kLastLook at the end of a run
  uint64_t flows = 0;      // begun
  uint64_t acked = 0;      // events acknowledged
  uint64_t uncertain = 0;  // flows with an event that was sent and has no answer
  uint64_t lost = 0;
  uint64_t doubled = 0;
  uint64_t unexplained = 0;
  double seconds = 0;

  bool failed() const { return lost + doubled + unexplained > 0; }
};
inline constexpr char kLastLook[] = "last-look";

std::string ToJson(const CycleResult& result);
// All lines of a file; none if there is no such file.
absl::StatusOr<std::vector<CycleResult>> ReadResults(const std::string& path);
// Writes one line, whole, also when other runs write to the same file.
void AppendResult(const std::string& path, const CycleResult& result);

// Sums over results. Pure.
struct Totals {
  uint64_t cycles = 0;
  uint64_t acked = 0;
  uint64_t lost = 0;
  uint64_t doubled = 0;
  uint64_t unexplained = 0;
};
Totals TotalsOf(const std::vector<CycleResult>& results);
// The last line of a run: {"cycles": 20, "acked": 51712, "lost": 0, "doubled": 0, "unexplained": 0}
std::string ToJson(const Totals& totals);
// By fault, as a table in Markdown.
std::string TableOf(const std::vector<CycleResult>& results);

}  // namespace oneway::test::crash
