// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/histogram.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using namespace std::chrono_literals;

std::string Encoded(const std::vector<Duration>& latencies, uint64_t times = 1) {
  histogram::Histogram histogram;
  for (const Duration latency : latencies) histogram.Record(latency, times);
  std::string bytes;
  histogram.Encode(bytes);
  return bytes;
}

}  // namespace

std::vector<Seed> Seeds() {
  return {
      {"empty", Encoded({})},
      {"zero", Encoded({0s}, 3)},
      {"one", Encoded({250ms})},
      {"widest", Encoded({0ns, 1ns, Duration::max()})},
      {"many", Encoded({1us, 3us, 1ms, 2ms, 2ms, 4ms, 1s, 2s, 64s, 1h}, 1000)},
      {"neighbours", Encoded({1000ms, 1005ms, 1011ms, 1023ms, 1040ms})},
      {"several", Encoded({1s}) + Encoded({}) + Encoded({1s, 2s}) + Encoded({0s, 4s}, uint64_t{1} << 40)},
  };
}

}  // namespace oneway::fuzz
