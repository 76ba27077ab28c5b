// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "tests/bench/micro/keys.h"

namespace oneway::bench {
namespace {

// Argument: bytes of a key.
void Fingerprint(benchmark::State& state) {
  const std::vector<std::string> keys = KeysOf(static_cast<size_t>(state.range(0)));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(hash::FingerprintOf(kSeed, kFlowName, keys[next]));
    next = (next + 1) % kKeys;
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("key");
}
BENCHMARK(Fingerprint)->Name("fingerprint")->Arg(16)->Arg(36)->Arg(256);

}  // namespace
}  // namespace oneway::bench
