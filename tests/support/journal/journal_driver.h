// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "joiner/journal/changes.h"
#include "joiner/journal/journal_store.h"
#include "joiner/journal/sequence_allocator.h"

namespace oneway::journal {

// Commits to a store as a joiner of one shard does: restores first, then numbers its commits and sequences.
//
//   JournalDriver driver(*store);
//   const Sequence start = driver.PutNew(StartRow("push-7"));
//   driver.changes().Put(start, MatchedRow("push-7"));
//   EXPECT_TRUE(driver.Commit().ok());
//
// Threading: external. `store` outlives it.
class JournalDriver {
 public:
  // Restores; see restored().
  explicit JournalDriver(JournalStore& store);

  // What the restore returned.
  const absl::Status& restored() const { return restored_; }
  // What it found: lines of "commit=3 floor=0", "ledger key=value" and Render(row).
  std::string contents() const;
  // The rows alone, by Render.
  const std::map<Sequence, std::string>& rows() const { return rows_; }
  // As of the last commit or restore.
  const JournalState& state() const { return state_; }

  Sequence Take() { return sequences_->Take(); }
  // Puts `row` at a sequence of its own.
  Sequence PutNew(const Row& row);
  Changes& changes() { return changes_; }
  void PutLedger(std::string_view key, std::string_view value);
  void DeleteLedger(std::string_view key);
  // From the next commit on.
  void MoveFloor(Sequence floor) { state_.floor = floor; }
  void MoveClock(Duration since_epoch);
  // The horizon of flow 0.
  void MoveHorizon(Duration since_epoch);

  // Writes all since the last commit.
  absl::Status Commit();

 private:
  JournalStore& store_;
  absl::Status restored_;
  std::string head_;  // of contents()
  std::map<Sequence, std::string> rows_;
  JournalState state_;
  std::unique_ptr<SequenceBlocks> blocks_;
  std::unique_ptr<SequenceAllocator> sequences_;
  Changes changes_;
  EncodedChanges encoded_;
  std::vector<LedgerRow> ledger_;
  std::shared_ptr<const Horizons> horizons_;
};

}  // namespace oneway::journal
