// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <glog/logging.h>

#include <optional>

#include "joiner/journal/rocksdb_store.h"
#include "tests/bench/core/core_run.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::bench {
namespace {

constexpr uint32_t kShards = 2;

// Everything that a start does between opening the folder and serving. CPU time: of all threads.
// Argument: flows that the folder remembers.
void Recovery(benchmark::State& state) {
  const test::TemporaryFolder folder;
  const std::string data = folder.path() + "/data";
  RunCore({.load = {.workload = {}, .flows = static_cast<uint64_t>(state.range(0))},
           .folder = data,
           .fsync = false,
           .shards = kShards,
           .record_path = {}});
  const time::SystemClock clock;
  uint64_t rows = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto store = journal::RocksDbStore::Open(journal::TestStoreOptions(data));
    CHECK(store.ok()) << store.status();
    std::optional<server::JoinerCore> core(std::in_place, CoreOptions(kShards), clock, **store,
                                           [](const absl::Status& failure) { LOG(FATAL) << failure; });
    state.ResumeTiming();
    const absl::Status status = core->Recover();
    state.PauseTiming();
    CHECK(status.ok()) << status;
    rows += core->recovery().rows;
    core.reset();
    store->reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
  state.SetLabel("row");
}
BENCHMARK(Recovery)->Name("recovery")->Arg(100'000)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oneway::bench
