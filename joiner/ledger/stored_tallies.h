// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "joiner/ledger/tally.h"

namespace oneway::ledger {

// Tallies by flow or series, with what each needs to be folded: is its stored row behind, and is there one?
//
// Flow: a part of Totals and CellLayer.
// Threading: owned by the committer's thread.
template <typename Id>
class StoredTallies {
 public:
  struct Entry {
    Tally tally;
    bool dirty = false;   // counted since its row was written
    bool stored = false;  // has a row
  };
  // An entry with its place in the table and what the allocator takes; estimated.
  static constexpr size_t kEntryBytes = sizeof(Entry) + 48;

  // Calls change(tally). Returns true if the entry was clean before, and adds to `bytes` by how much it grew.
  template <typename Change>
  bool Update(Id id, uint64_t& bytes, Change change) {
    std::unique_ptr<Entry>& entry = entries_[id];
    size_t bytes_before = 0;
    if (entry == nullptr) {
      entry = std::make_unique<Entry>();
    } else {
      bytes_before = kEntryBytes + entry->tally.heap_bytes();
    }
    change(entry->tally);
    bytes += kEntryBytes + entry->tally.heap_bytes() - bytes_before;
    return !std::exchange(entry->dirty, true);
  }

  // Takes an entry as it is stored.
  void Restore(Id id, uint64_t& bytes, Tally tally) {
    bytes += kEntryBytes + tally.heap_bytes();
    entries_[id] = std::make_unique<Entry>(Entry{.tally = std::move(tally), .dirty = false, .stored = true});
  }

  // Null if there is none.
  Entry* Find(Id id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second.get();
  }

  const absl::flat_hash_map<Id, std::unique_ptr<Entry>>& entries() const { return entries_; }
  uint64_t CountBytes() const {
    uint64_t bytes = 0;
    for (const auto& [id, entry] : entries_) bytes += kEntryBytes + entry->tally.heap_bytes();
    return bytes;
  }

 private:
  absl::flat_hash_map<Id, std::unique_ptr<Entry>> entries_;
};

}  // namespace oneway::ledger
