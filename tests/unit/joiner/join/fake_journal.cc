// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/fake_journal.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "joiner/journal/row_codec.h"

namespace oneway::join {

void FakeJournal::Commit(journal::Changes& changes) {
  journal::EncodedChanges encoded;
  changes.MoveTo(encoded);
  for (const journal::Sequence sequence : encoded.deletes) rows_.erase(sequence);
  for (const auto& [sequence, offset, size] : encoded.puts) {
    const auto row = journal::DecodeRow(sequence, std::string_view(encoded.bytes).substr(offset, size));
    ASSERT_TRUE(row.ok()) << row.status();
    StoredRow stored{*row, std::string(row->key)};
    stored.row.key = {};
    rows_[sequence] = std::move(stored);
  }
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
