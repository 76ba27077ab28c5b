// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/memory_store.h"

#include <glog/logging.h>

#include <atomic>
#include <string>
#include <utility>

#include "joiner/journal/row_codec.h"

namespace oneway::journal {
namespace {

// Distinct over all disks of a test program, also over copies of one.
RunId NextRun() {
  static std::atomic<uint64_t> runs{0};
  return RunId(++runs);
}

DiskWrite WriteOf(const CommitBatch& batch, std::optional<RunId> new_run) {
  DiskWrite write;
  write.state = batch.state;
  write.new_run = new_run;
  write.ledger = batch.ledger;
  for (const EncodedChanges* changes : batch.changes) {
    for (const EncodedChanges::Put& put : changes->puts) {
      write.puts.emplace_back(put.sequence, changes->bytes.substr(put.offset, put.size));
    }
    write.deletes.insert(write.deletes.end(), changes->deletes.begin(), changes->deletes.end());
  }
  return write;
}

}  // namespace

MemoryStore::MemoryStore(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)), run_(NextRun()) {
  DiskContent content = disk_->Read();
  const sync::MutexLock lock(mutex_);
  state_ = content.state;
  runs_ = std::move(content.runs);
}

absl::Status MemoryStore::Restore(const RestoreVisitor& visitor) {
  CHECK(!restored_) << "restored twice";
  const DiskContent content = disk_->Read();
  visitor.on_state(content.state);
  for (const auto& [key, value] : content.ledger) {
    if (absl::Status status = visitor.on_ledger_row(key, value); !status.ok()) return status;
  }
  auto next = static_cast<uint64_t>(content.state.floor);
  for (const auto& [sequence, value] : content.rows) {
    const absl::StatusOr<Row> row = DecodeRow(sequence, value);
    if (!row.ok()) return row.status();
    const RestoredRow restored{sequence, *row};
    const uint64_t begin = std::exchange(next, static_cast<uint64_t>(sequence) + 1);
    if (absl::Status status = visitor.on_rows({.rows = {&restored, 1}, .sequences = next - begin}); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = visitor.on_rows({.sequences = static_cast<uint64_t>(content.state.next_sequence) - next});
      !status.ok()) {
    return status;
  }
  restored_ = true;
  return absl::OkStatus();
}

absl::Status MemoryStore::Commit(const CommitBatch& batch) {
  const sync::MutexLock lock(mutex_);
  CHECK(restored_) << "a commit before the restore";
  if (!failed_.ok()) return failed_;
  CHECK(batch.state.commit > state_.commit) << "commit numbers grow";
  CHECK(batch.state.floor >= state_.floor) << "the floor never goes back";
  WaitForRelease();

  failed_ = std::exchange(failure_, absl::OkStatus());
  if (!failed_.ok() && fate_ == Fate::kLost) return failed_;
  const std::optional<RunId> new_run = run_is_stored_ ? std::nullopt : std::optional<RunId>(run_);
  disk_->Write(WriteOf(batch, new_run));
  if (!failed_.ok()) return failed_;
  run_is_stored_ = true;
  state_ = batch.state;
  if (new_run.has_value()) runs_.Add(state_.commit, *new_run);
  return absl::OkStatus();
}

void MemoryStore::WaitForRelease() {
  held_ = holding_;
  changed_.NotifyAll();
  while (holding_ && releases_ == 0) changed_.Wait(mutex_);
  if (holding_) --releases_;
  held_ = false;
}

bool MemoryStore::Contains(const Mark& mark) const {
  const sync::MutexLock lock(mutex_);
  return runs_.Contains(mark, state_.commit);
}

Mark MemoryStore::Durable() const {
  const sync::MutexLock lock(mutex_);
  return runs_.Last(state_.commit);
}

StoreFigures MemoryStore::Figures() const {
  const sync::MutexLock lock(mutex_);
  return {.runs = runs_.size()};
}

void MemoryStore::HoldCommits() {
  const sync::MutexLock lock(mutex_);
  holding_ = true;
  releases_ = 0;
}

void MemoryStore::WaitUntilHeld() const {
  const sync::MutexLock lock(mutex_);
  while (!held_) changed_.Wait(mutex_);
}

bool MemoryStore::IsHolding() const {
  const sync::MutexLock lock(mutex_);
  return held_;
}

void MemoryStore::ReleaseOne() {
  const sync::MutexLock lock(mutex_);
  ++releases_;
  held_ = false;
  changed_.NotifyAll();
}

void MemoryStore::ReleaseAll() {
  const sync::MutexLock lock(mutex_);
  holding_ = false;
  changed_.NotifyAll();
}

void MemoryStore::FailNextCommit(absl::Status status, Fate fate) {
  const sync::MutexLock lock(mutex_);
  failure_ = std::move(status);
  fate_ = fate;
}

}  // namespace oneway::journal
