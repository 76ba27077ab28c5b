// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "joiner/journal/journal_store.h"
#include "joiner/ledger/rows.h"
#include "joiner/ledger/stored_tallies.h"
#include "joiner/ledger/tally.h"

namespace oneway::ledger {

// The time cells of one kind: by minute or hour (Span), and in each by flow or series (Id). Cells go a whole span at a
// time, the oldest first, and what is gone never comes back: a cell that missed some of its counts would lie.
//
// Flow: a part of Ledger.
// Threading: owned by the committer's thread.
template <typename Span, typename Id>
class CellLayer {
 public:
  explicit CellLayer(RowKind kind) : kind_(kind) {}

  bool Keeps(Span span) const { return span >= first_kept_; }
  Span first_kept() const { return first_kept_; }
  std::optional<Span> Oldest() const {
    if (spans_.empty()) return std::nullopt;
    return spans_.begin()->first;
  }

  // `span` must be one that it keeps.
  void Merge(Span span, Id id, const Tally& tally) {
    if (spans_[span].Update(id, bytes_, [&](Tally& cell) { cell.Merge(tally); })) dirty_.emplace_back(span, id);
  }

  void Restore(Span span, Id id, Tally tally) { spans_[span].Restore(id, bytes_, std::move(tally)); }

  // Removes all cells before `first_kept`, after removed(span, id, tally) for each.
  template <typename Removed>
  void KeepFrom(Span first_kept, Removed removed) {
    first_kept_ = std::max(first_kept_, first_kept);
    while (!spans_.empty() && spans_.begin()->first < first_kept_) {
      const auto& [span, tallies] = *spans_.begin();
      for (const auto& [id, entry] : tallies.entries()) {
        removed(span, id, entry->tally);
        if (entry->stored) removed_keys_.push_back(KeyOf(span, id));
      }
      bytes_ -= tallies.CountBytes();
      spans_.erase(spans_.begin());
    }
  }
  void KeepFrom(Span first_kept) {
    KeepFrom(first_kept, [](Span, Id, const Tally&) {});
  }

  // Appends a row for each cell that changed, and a deletion for each stored one that went, since the last fold.
  void Fold(std::vector<journal::LedgerRow>& rows) {
    for (const auto& [span, id] : dirty_) {
      auto* entry = Find(span, id);
      if (entry == nullptr) continue;  // removed in the meantime
      rows.push_back({.key = KeyOf(span, id), .value = EncodeTally(entry->tally)});
      entry->dirty = false;
      entry->stored = true;
    }
    dirty_.clear();
    for (std::string& key : removed_keys_) rows.push_back({.key = std::move(key), .value = std::nullopt});
    removed_keys_.clear();
  }

  // Adds the cells of `id` in [from, until).
  void AddBetween(Span from, Span until, Id id, Figures& figures) const {
    for (auto span = spans_.lower_bound(from); span != spans_.end() && span->first < until; ++span) {
      if (const auto* entry = span->second.Find(id)) entry->tally.AddTo(figures);
    }
  }

  uint64_t bytes() const { return bytes_; }

 private:
  std::string KeyOf(Span span, Id id) const {
    return CellKey(kind_, static_cast<uint32_t>(span), static_cast<uint32_t>(id));
  }

  auto Find(Span span, Id id) const -> typename StoredTallies<Id>::Entry* {
    const auto found = spans_.find(span);
    return found == spans_.end() ? nullptr : found->second.Find(id);
  }

  const RowKind kind_;
  Span first_kept_{};
  std::map<Span, StoredTallies<Id>> spans_;
  std::vector<std::pair<Span, Id>> dirty_;
  std::vector<std::string> removed_keys_;
  uint64_t bytes_ = 0;
};

}  // namespace oneway::ledger
