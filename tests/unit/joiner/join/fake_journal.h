// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "joiner/join/engine.h"
#include "joiner/journal/changes.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// What would be on disk: the rows of all commits so far. Forgotten rows stay, as they do in RocksDB until a compaction.
// Threading: external.
class FakeJournal {
 public:
  struct StoredRow {
    journal::Row row;  // without its key
    std::string key;
  };

  // Takes over `changes` and clears them.
  void Commit(journal::Changes& changes);
  // Gives all rows from `floor` on to `engine`, in an order that `random` draws.
  void RestoreInto(JoinEngine& engine, std::mt19937_64& random, journal::Sequence floor = {}) const;
  const std::map<journal::Sequence, StoredRow>& rows() const { return rows_; }
  std::map<journal::Sequence, StoredRow>& rows() { return rows_; }

 private:
  std::map<journal::Sequence, StoredRow> rows_;
};

}  // namespace oneway::join
