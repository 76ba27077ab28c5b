// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/workload/flow_plan.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace oneway::bench {
namespace {

constexpr size_t kRanks = 1 << 14;
constexpr uint32_t kRegions = 10;
constexpr uint32_t kUuidBytes = 36;

// SplitMix64's mixing: neighbours become random bits.
uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

double Share(uint64_t random) {
  return static_cast<double>(random >> 11) * 0x1.0p-53;
}

std::vector<uint32_t> ZipfRanks(uint32_t series) {
  double total = 0;
  for (uint32_t i = 0; i < series; ++i) total += 1.0 / (i + 1);
  std::vector<uint32_t> ranks;
  for (uint32_t i = 0; i < series; ++i) {
    const auto times = static_cast<size_t>(std::ceil(kRanks / (i + 1) / total));
    ranks.insert(ranks.end(), std::max<size_t>(times, 1), i);
  }
  return ranks;
}

void WriteUuid(uint64_t high, uint64_t low, char* text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int byte = 0; byte < 16; ++byte) {
    if (byte == 4 || byte == 6 || byte == 8 || byte == 10) *text++ = '-';
    const uint64_t half = byte < 8 ? high : low;
    const auto value = static_cast<uint8_t>(half >> (8 * (7 - byte % 8)));
    *text++ = kDigits[value >> 4];
    *text++ = kDigits[value & 15];
  }
}

}  // namespace

FlowPlanner::FlowPlanner(const WorkloadOptions& options)
    : options_(options), series_by_rank_(ZipfRanks(options.series)) {
  CHECK(options.key_bytes == 16 || options.key_bytes == kUuidBytes) << "keys have 16 or 36 bytes";
}

uint64_t FlowPlanner::Draw(uint64_t index, uint64_t purpose) const {
  return Mix(Mix(options_.seed * 16 + purpose) + index);
}

FlowPlan FlowPlanner::Of(uint64_t index) const {
  FlowPlan plan;
  const double delay = -std::log(1.0 - Share(Draw(index, 2))) * static_cast<double>(options_.delay_mean.count());
  // At least a microsecond, so that an end is never at the time of its start.
  plan.delay = std::clamp(Duration(static_cast<int64_t>(delay)), Duration(1000), options_.delay_max);
  plan.series = SeriesOf(index);
  double kind = Share(Draw(index, 3));
  plan.ends = kind >= options_.never_ends;
  kind -= options_.never_ends;
  plan.end_first = plan.ends && kind < options_.end_first;
  kind -= options_.end_first;
  const bool twice = plan.ends && !plan.end_first && kind < options_.sent_twice;
  plan.start_twice = twice && (Draw(index, 4) & 1) == 0;
  plan.end_twice = twice && !plan.start_twice;
  return plan;
}

void FlowPlanner::KeyOf(uint64_t index, char* key) const {
  const uint64_t high = Draw(index, 5);
  const uint64_t low = Draw(index, 6);
  if (options_.key_bytes == kUuidBytes) return WriteUuid(high, low, key);
  std::memcpy(key, &high, sizeof(high));
  std::memcpy(key + sizeof(high), &low, sizeof(low));
}

std::vector<std::pair<std::string, std::string>> LabelsOf(uint32_t number) {
  return {{"app", "app-" + std::to_string(number / kRegions)},
          {"region", "region-" + std::to_string(number % kRegions)}};
}

}  // namespace oneway::bench
