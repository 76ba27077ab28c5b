// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/fake_journal.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oneway::join {

void FakeJournal::Commit(journal::Changes& changes) {
  changes.Visit(
      [this](journal::Sequence sequence, const journal::Row& row) {
        StoredRow stored{row, std::string(row.key)};
        stored.row.key = {};
        rows_[sequence] = std::move(stored);
      },
      [this](journal::Sequence sequence) { rows_.erase(sequence); });
  changes.Clear();
}

void FakeJournal::RestoreInto(JoinEngine& engine, std::mt19937_64& random, journal::Sequence floor) const {
  std::vector<journal::Sequence> order;
  for (const auto& [sequence, stored] : rows_) {
    if (sequence >= floor) order.push_back(sequence);
  }
  std::shuffle(order.begin(), order.end(), random);
  for (const journal::Sequence sequence : order) {
    const StoredRow& stored = rows_.at(sequence);
    journal::Row row = stored.row;
    row.key = stored.key;
    const absl::Status restored = engine.Restore(sequence, row);
    ASSERT_TRUE(restored.ok()) << restored;
  }
}

}  // namespace oneway::join
