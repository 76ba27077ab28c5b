// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "joiner/journal/journal_store.h"
#include "joiner/ledger/rows.h"
#include "joiner/ledger/stored_tallies.h"
#include "joiner/ledger/tally.h"

namespace oneway::ledger {

// What was counted since ever, by flow or by series.
//
// Flow: a part of Ledger.
// Threading: owned by the committer's thread.
template <typename Id>
class Totals {
 public:
  explicit Totals(RowKind kind) : kind_(kind) {}

  void Merge(Id id, const Tally& tally) {
    if (tallies_.Update(id, bytes_, [&](Tally& total) { total.MergeIntoTotal(tally); })) dirty_.push_back(id);
  }

  void Restore(Id id, Tally tally) { tallies_.Restore(id, bytes_, std::move(tally)); }

  // Appends the rows of all totals that changed since the last fold; `encode(id, tally)` makes their values.
  template <typename Encode>
  void Fold(std::vector<journal::LedgerRow>& rows, Encode encode) {
    for (const Id id : dirty_) {
      auto* entry = tallies_.Find(id);
      rows.push_back({.key = TotalKey(kind_, static_cast<uint32_t>(id)), .value = encode(id, entry->tally)});
      entry->dirty = false;
      entry->stored = true;
    }
    dirty_.clear();
  }

  Figures Of(Id id) const {
    Figures figures;
    AddTo(id, figures);
    return figures;
  }
  void AddTo(Id id, Figures& figures) const {
    if (const auto* entry = tallies_.Find(id)) entry->tally.AddTo(figures);
  }

  uint64_t bytes() const { return bytes_; }

 private:
  const RowKind kind_;
  StoredTallies<Id> tallies_;
  std::vector<Id> dirty_;
  uint64_t bytes_ = 0;
};

}  // namespace oneway::ledger
