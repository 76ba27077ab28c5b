// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/time/time.h"

namespace oneway::bench {

// What happens to the flows of the load: the same for every program that is compared.
struct WorkloadOptions {
  uint64_t seed = 1;
  uint32_t key_bytes = 16;  // 16: random bytes; 36: a UUID as text
  uint32_t series = 100;    // labels drawn by Zipf's law
  Duration delay_mean = std::chrono::seconds(2);
  Duration delay_max = std::chrono::seconds(20);
  double never_ends = 0.05;  // shares of all flows
  double end_first = 0.01;
  double sent_twice = 0.02;  // one event of these comes again: 1 % of all events
};

// The life of one flow.
struct FlowPlan {
  Duration delay{};  // from start to end
  uint32_t series = 0;
  bool ends = true;
  bool end_first = false;    // its end is sent before its start
  bool start_twice = false;  // the same event again
  bool end_twice = false;
};

// Tells the life of flow number `index`, the same at every call. Pure.
class FlowPlanner {
 public:
  explicit FlowPlanner(const WorkloadOptions& options);

  FlowPlan Of(uint64_t index) const;
  uint32_t SeriesOf(uint64_t index) const { return series_by_rank_[Draw(index, 1) % series_by_rank_.size()]; }
  // Writes the key's key_bytes() bytes at `key`.
  void KeyOf(uint64_t index, char* key) const;
  uint32_t key_bytes() const { return options_.key_bytes; }
  Duration delay_max() const { return options_.delay_max; }
  uint32_t series() const { return options_.series; }

 private:
  uint64_t Draw(uint64_t index, uint64_t purpose) const;

  const WorkloadOptions options_;
  std::vector<uint32_t> series_by_rank_;  // each as often as Zipf's law has it
};

// The labels of series `number`, in ascending order of name.
std::vector<std::pair<std::string, std::string>> LabelsOf(uint32_t number);
inline constexpr char kFlowName[] = "bench";

}  // namespace oneway::bench
