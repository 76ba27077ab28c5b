// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/core/core_run.h"

#include <glog/logging.h>

#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "joiner/journal/rocksdb_store.h"
#include "joiner/shard/inspect.h"
#include "tests/bench/core/recording.h"
#include "tests/support/journal/store_options.h"

namespace oneway::bench {
namespace {

constexpr auto kWaitMax = std::chrono::minutes(5);

std::unique_ptr<journal::RocksDbStore> OpenStore(const CoreRunOptions& options) {
  journal::RocksDbStore::Options store = journal::TestStoreOptions(options.folder);
  store.fsync = options.fsync;
  store.housekeeping_interval = journal::RocksDbStore::Options{}.housekeeping_interval;
  auto opened = journal::RocksDbStore::Open(store);
  CHECK(opened.ok()) << opened.status();
  return *std::move(opened);
}

// Counts batches whose outcomes are durable.
struct Settling {
  std::atomic<size_t> unsettled;
  std::promise<void> all_settled;
};

void FeedAndWait(std::vector<ShardBatch>& batches, const std::vector<shard::Runner*>& runners) {
  auto settling = std::make_shared<Settling>();
  settling->unsettled = batches.size();
  for (ShardBatch& next : batches) {
    next.batch->on_settled = [settling](const journal::Mark&, const std::vector<shard::EventException>&) {
      if (--settling->unsettled == 0) settling->all_settled.set_value();
    };
  }
  std::future<void> settled = settling->all_settled.get_future();
  for (ShardBatch& next : batches) CHECK(runners[next.shard]->inbox().Put(std::move(next.batch)));
  CHECK(settled.wait_for(kWaitMax) == std::future_status::ready) << "the joiner does not settle";
}

void CheckCounts(server::JoinerCore& core, const ExpectedCounts& expected) {
  const auto counted =
      shard::InspectAndWait(core.committer(), false, kWaitMax, [](const shard::Inspection& inspection) {
        const auto& counters = inspection.ledger.TotalOf(flow::FlowId(0)).counters;
        const auto of = [&counters](ledger::Counter counter) { return counters[static_cast<size_t>(counter)]; };
        return ExpectedCounts{.started = of(ledger::Counter::kStarted),
                              .matched = of(ledger::Counter::kMatched),
                              .early = of(ledger::Counter::kEarly),
                              .duplicate = of(ledger::Counter::kDuplicate)};
      });
  CHECK(counted.has_value());
  CHECK_EQ(counted->started, expected.started);
  CHECK_EQ(counted->matched, expected.matched);
  CHECK_EQ(counted->early, expected.early);
  CHECK_EQ(counted->duplicate, expected.duplicate);
}

}  // namespace

Findings RunCore(const CoreRunOptions& options) {
  const CoreLoad load = MakeCoreLoad(options.load);
  const time::SystemClock clock;
  std::unique_ptr<journal::RocksDbStore> store = OpenStore(options);
  std::unique_ptr<RecordingStore> recording;
  if (!options.record_path.empty()) recording = std::make_unique<RecordingStore>(*store, options.record_path);
  journal::JournalStore& used = recording != nullptr ? static_cast<journal::JournalStore&>(*recording) : *store;
  server::JoinerCore core(CoreOptions(options.shards), clock, used,
                          [](const absl::Status& status) { LOG(FATAL) << status; });
  absl::Status status = core.Recover();
  CHECK(status.ok()) << status;
  status = core.Start();
  CHECK(status.ok()) << status;
  std::vector<ShardBatch> batches = MakeBatches(load, core.dictionary(), options.shards);

  Stopwatch stopwatch;
  stopwatch.Begin();
  FeedAndWait(batches, core.runners());
  stopwatch.EndWall();
  ExpectedCounts expected = load.expected;
  expected.started += options.miscount;
  CheckCounts(core, expected);
  core.Stop();
  const journal::StoreFigures figures = store->Figures();
  store.reset();  // waits for the flushes and compactions under way, which are part of the price
  stopwatch.EndCpu();

  Findings findings;
  findings.Add(stopwatch);
  findings.Add("events", static_cast<double>(load.events.size()));
  findings.Add("flows", static_cast<double>(load.expected.started));
  findings.Add("commits", static_cast<double>(core.committer().figures().commits));
  findings.Add("wal_bytes", static_cast<double>(figures.wal_bytes_written));
  return findings;
}

}  // namespace oneway::bench
