// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <glog/logging.h>

#include "joiner/journal/rocksdb_store.h"
#include "joiner/journal/row_codec.h"
#include "tests/bench/micro/keys.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::bench {
namespace {

constexpr size_t kRowsACommit = 1000;
constexpr Time kNow{std::chrono::hours(500'000)};

// START rows; their keys are those of `keys`.
std::vector<journal::Row> RowsOf(const std::vector<std::string>& keys) {
  std::vector<journal::Row> rows;
  for (size_t i = 0; i < kRowsACommit; ++i) {
    rows.push_back({.kind = journal::RowKind::kStart,
                    .fingerprint = hash::FingerprintOf(kSeed, kFlowName, keys[i]),
                    .time = kNow,
                    .earliest = kNow,
                    .latest = kNow,
                    .applied_at = kNow,
                    .key = keys[i]});
  }
  return rows;
}

void EncodeAll(const std::vector<journal::Row>& rows, uint64_t first, journal::Changes& changes,
               journal::EncodedChanges& encoded) {
  encoded.Clear();
  for (size_t i = 0; i < rows.size(); ++i) changes.PutNew(journal::Sequence(first + i), rows[i]);
  changes.MoveTo(encoded);
}

std::unique_ptr<journal::RocksDbStore> OpenedStore(const std::string& folder) {
  journal::RocksDbStore::Options options = journal::TestStoreOptions(folder);
  options.fsync = false;
  options.housekeeping_interval = journal::RocksDbStore::Options{}.housekeeping_interval;
  auto store = journal::RocksDbStore::Open(options);
  CHECK(store.ok()) << store.status();
  const absl::Status status = (*store)->Restore({.on_state = [](const auto&) {},
                                                 .on_ledger_row = [](auto, auto) { return absl::OkStatus(); },
                                                 .on_rows = [](const auto&) { return absl::OkStatus(); }});
  CHECK(status.ok()) << status;
  return *std::move(store);
}

// A commit of new rows, without the fsync that depends on the disk. CPU time: of all threads, flushes included.
void Commit(benchmark::State& state) {
  const test::TemporaryFolder folder;
  const std::unique_ptr<journal::RocksDbStore> store = OpenedStore(folder.path() + "/data");
  const std::vector<std::string> keys = KeysOf(16);
  const std::vector<journal::Row> rows = RowsOf(keys);
  journal::Changes changes;
  journal::EncodedChanges encoded;
  uint64_t commits = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const uint64_t first = commits++ * kRowsACommit;
    EncodeAll(rows, first, changes, encoded);
    journal::CommitBatch batch;
    batch.state = {.commit = journal::CommitNumber(commits),
                   .joiner_clock = kNow,
                   .next_sequence = journal::Sequence(first + kRowsACommit)};
    batch.changes = {&encoded};
    state.ResumeTiming();
    const absl::Status status = store->Commit(batch);
    CHECK(status.ok()) << status;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRowsACommit));
  state.SetLabel("row");
}
BENCHMARK(Commit)->Name("journal_commit")->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);

// From what the engine decided to bytes.
void EncodeRow(benchmark::State& state) {
  const std::vector<std::string> keys = KeysOf(16);
  const std::vector<journal::Row> rows = RowsOf(keys);
  journal::Changes changes;
  journal::EncodedChanges encoded;
  for (auto _ : state) {
    EncodeAll(rows, 0, changes, encoded);
    benchmark::DoNotOptimize(encoded.bytes.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRowsACommit));
  state.SetLabel("row");
}
BENCHMARK(EncodeRow)->Name("journal_encode");

// And back, as at a start.
void DecodeRow(benchmark::State& state) {
  const std::vector<std::string> keys = KeysOf(16);
  journal::Changes changes;
  journal::EncodedChanges encoded;
  EncodeAll(RowsOf(keys), 0, changes, encoded);
  for (auto _ : state) {
    for (const auto& [sequence, offset, size] : encoded.puts) {
      benchmark::DoNotOptimize(journal::DecodeRow(sequence, std::string_view(encoded.bytes).substr(offset, size)));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRowsACommit));
  state.SetLabel("row");
}
BENCHMARK(DecodeRow)->Name("journal_decode");

}  // namespace
}  // namespace oneway::bench
