// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "joiner/journal/journal_store.h"

namespace oneway::test {

// Where a process dies, as the journal sees it.
enum class KillPoint {
  kNone,
  kBeforeWrite,           // of any commit
  kBetweenWriteAndReply,  // it is durable, and nobody was told
  kInRecovery,            // between two rows
  kInRelocation,          // before or after the write of a commit that moves rows
  kInExpiry,              // so of one that expires keys
  kInFold,                // so of one that folds the ledger
};

// When to die. It outlives the stores that it is handed to.
struct KillPlan {
  KillPoint point = KillPoint::kNone;
  uint64_t left = 1;          // at the how manieth such commit, or row
  bool after_write = false;   // kInRelocation and beyond
  std::function<void()> die;  // from here on nothing is written
  bool died = false;
};

// A store whose process dies at one point: the call that comes to it does not succeed, and nothing is written any more.
// Threading: as JournalStore says.
class KillingStore final : public journal::JournalStore {
 public:
  KillingStore(journal::JournalStore& store, KillPlan& plan) : store_(store), plan_(plan) {}

  absl::Status Restore(const journal::RestoreVisitor& visitor) override;
  absl::Status Commit(const journal::CommitBatch& batch) override;
  bool Contains(const journal::Mark& mark) const override { return store_.Contains(mark); }
  journal::Mark Durable() const override { return store_.Durable(); }
  journal::StoreFigures Figures() const override { return store_.Figures(); }

 private:
  // What a commit does besides taking events.
  struct Traits {
    bool relocates = false;
    bool expires = false;
    bool folds = false;
  };

  Traits TraitsOf(const journal::CommitBatch& batch);
  bool IsAt(const Traits& traits) const;
  absl::Status Die();

  journal::JournalStore& store_;
  KillPlan& plan_;
  std::map<journal::Sequence, hash::Fingerprint> rows_;  // that are in the journal
};

}  // namespace oneway::test
