// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "joiner/journal/journal_store.h"
#include "tests/support/journal/memory_disk.h"

namespace oneway::journal {

// A JournalStore without RocksDB, whose commits a test can hold and fail. To restart: destroy it and make another one
// on the same disk.
//
// Threading: as JournalStore says; what is not of JournalStore is thread-safe.
class MemoryStore final : public JournalStore {
 public:
  explicit MemoryStore(std::shared_ptr<MemoryDisk> disk);

  absl::Status Restore(const RestoreVisitor& visitor) override;
  absl::Status Commit(const CommitBatch& batch) override;
  bool Contains(const Mark& mark) const override;
  Mark Durable() const override;
  // Of these only the runs.
  StoreFigures Figures() const override;

  // From now on a commit waits before it becomes durable.
  void HoldCommits();
  // Returns once a commit waits.
  void WaitUntilHeld() const;
  bool IsHolding() const;
  // Lets the commit that waits, or else the next one, pass; later ones wait again.
  void ReleaseOne();
  // Lets every commit pass.
  void ReleaseAll();

  enum class Fate { kLost, kDurable };  // of the failing commit, which its caller cannot know
  // The next commit to pass returns `status` and all after it do.
  void FailNextCommit(absl::Status status, Fate fate = Fate::kLost);

 private:
  void WaitForRelease() ONEWAY_REQUIRES(mutex_);

  const std::shared_ptr<MemoryDisk> disk_;
  const RunId run_;
  bool restored_ = false;
  bool run_is_stored_ = false;

  mutable sync::Mutex mutex_;
  mutable sync::ConditionVariable changed_;
  JournalState state_ ONEWAY_GUARDED_BY(mutex_);
  RunHistory runs_ ONEWAY_GUARDED_BY(mutex_);
  bool holding_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool held_ ONEWAY_GUARDED_BY(mutex_) = false;
  uint64_t releases_ ONEWAY_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ONEWAY_GUARDED_BY(mutex_);  // of the next commit
  Fate fate_ ONEWAY_GUARDED_BY(mutex_) = Fate::kLost;
  absl::Status failed_ ONEWAY_GUARDED_BY(mutex_);  // the commit that ended this store
};

}  // namespace oneway::journal
