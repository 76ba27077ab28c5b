// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "joiner/journal/row.h"

namespace oneway::join {

// Counts the live rows of a shard by stretch of the journal: that many sequences in a row, from a multiple of it.
// Says how far the journal's floor may rise.
// Threading: owned by the shard's thread.
class Stretches {
 public:
  explicit Stretches(uint64_t stretch_rows);

  void Add(journal::Sequence sequence);
  // A row that was added before (a bug otherwise).
  void Remove(journal::Sequence sequence);

  uint64_t rows() const { return rows_; }
  // First sequence of the lowest stretch with a row; none without a row.
  std::optional<journal::Sequence> Lowest() const;

 private:
  struct Stretch {
    uint64_t number;
    uint64_t rows;  // > 0
  };

  // The first stretch that is not below `number`.
  std::vector<Stretch>::iterator Place(uint64_t number);

  const uint64_t stretch_rows_;
  std::vector<Stretch> stretches_;  // Ascending; a few dozen, because survivors of old ones are moved.
  uint64_t rows_ = 0;
};

}  // namespace oneway::join
