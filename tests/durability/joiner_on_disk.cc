// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/joiner_on_disk.h"

#include <atomic>
#include <filesystem>
#include <utility>

#include "tests/support/journal/store_options.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kStretchRows = 4096;  // the least
constexpr uint32_t kShards = 2;

// Passes everything on, and counts what a restore must not bring back.
class WatchedStore final : public journal::JournalStore {
 public:
  WatchedStore(journal::JournalStore& store, uint64_t& rows_below_floor)
      : store_(store), rows_below_floor_(rows_below_floor) {}

  absl::Status Restore(const journal::RestoreVisitor& visitor) override {
    journal::Sequence floor{};
    journal::RestoreVisitor watching = visitor;
    watching.on_state = [&](const journal::JournalState& state) {
      floor = state.floor;
      visitor.on_state(state);
    };
    std::atomic<uint64_t> below_floor{0};  // several threads bring rows
    watching.on_rows = [&](const journal::RestoredRows& restored) {
      for (const journal::RestoredRow& row : restored.rows) below_floor += row.sequence < floor;
      return visitor.on_rows(restored);
    };
    absl::Status status = store_.Restore(watching);
    rows_below_floor_ += below_floor;
    return status;
  }
  absl::Status Commit(const journal::CommitBatch& batch) override { return store_.Commit(batch); }
  bool Contains(const journal::Mark& mark) const override { return store_.Contains(mark); }
  journal::Mark Durable() const override { return store_.Durable(); }
  journal::StoreFigures Figures() const override { return store_.Figures(); }

 private:
  journal::JournalStore& store_;
  uint64_t& rows_below_floor_;
};

std::string MakeAttic(const std::string& folder) {
  std::filesystem::create_directory(folder + "/attic");
  return folder + "/attic";
}

}  // namespace

JoinerOnDisk::JoinerOnDisk(time::FakeClock& clock, bool compacts)
    : clock_(clock),
      compacts_(compacts),
      files_(std::make_shared<journal::PowerFileSystem>(MakeAttic(folder_.path()))),
      env_(rocksdb::NewCompositeEnv(files_)) {}

absl::Status JoinerOnDisk::Open() {
  journal::RocksDbStore::Options options =
      compacts_ ? journal::SmallLevelOptions(folder()) : journal::NeverCompactedOptions(folder());
  options.identity.stretch_rows = kStretchRows;
  options.memtable_bytes = 64 << 10;
  if (compacts_) options.level0_bytes = 64 << 10;
  options.file_bytes = 16 << 10;
  options.env = env_.get();
  auto store = journal::RocksDbStore::Open(options);
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  rows_below_floor_ = 0;
  watched_ = std::make_unique<WatchedStore>(*store_, rows_below_floor_);
  if (wrap_) wrapper_ = wrap_(*watched_);
  server::JoinerCore::Options core = JoinerHarness::OptionsFor(TrafficRules(), kShards);
  core.stretch_rows = kStretchRows;
  core.stall_hold = 1s;
  auto joiner = JoinerHarness::Open(std::move(core), clock_, wrapper_ != nullptr ? *wrapper_ : *watched_);
  if (!joiner.ok()) {
    Close();
    return joiner.status();
  }
  joiner_ = *std::move(joiner);
  return absl::OkStatus();
}

void JoinerOnDisk::Close() {
  joiner_.reset();
  wrapper_.reset();
  watched_.reset();
  store_.reset();
}

}  // namespace oneway::test
