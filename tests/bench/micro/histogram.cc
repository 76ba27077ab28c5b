// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/histogram.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "tests/bench/micro/keys.h"

namespace oneway::bench {
namespace {

// Around 200 ms, and some hundred times that now and then.
std::vector<Duration> Latencies(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> seconds(std::log(0.2), 1.0);
  std::vector<Duration> latencies;
  for (size_t i = 0; i < kKeys; ++i) latencies.emplace_back(static_cast<int64_t>(seconds(random) * 1e9));
  return latencies;
}

histogram::Histogram Filled(uint64_t seed) {
  histogram::Histogram filled;
  for (const Duration latency : Latencies(seed)) filled.Record(latency);
  return filled;
}

void Record(benchmark::State& state) {
  const std::vector<Duration> latencies = Latencies(1);
  histogram::Histogram histogram = Filled(1);
  size_t next = 0;
  for (auto _ : state) {
    histogram.Record(latencies[next]);
    next = (next + 1) % kKeys;
  }
  benchmark::DoNotOptimize(histogram.count());
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("sample");
}
BENCHMARK(Record)->Name("histogram_record");

// Into one that has most of the buckets already, as those of a flow have.
void Merge(benchmark::State& state) {
  const histogram::Histogram other = Filled(2);
  histogram::Histogram histogram = Filled(1);
  for (auto _ : state) histogram.Merge(other);
  benchmark::DoNotOptimize(histogram.count());
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("merge");
}
BENCHMARK(Merge)->Name("histogram_merge");

void Quantile(benchmark::State& state) {
  const histogram::Histogram histogram = Filled(1);
  for (auto _ : state) benchmark::DoNotOptimize(histogram.Quantile(0.99));
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("quantile");
}
BENCHMARK(Quantile)->Name("histogram_quantile");

}  // namespace
}  // namespace oneway::bench
