// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "joiner/ledger/ledger.h"
#include "tests/unit/joiner/ledger/counts.h"

namespace oneway::ledger {

// A ledger with a disk that can lose its power: the rows of durable commits, and a process that comes back from them.
class StoredLedger {
 public:
  explicit StoredLedger(Ledger::Options options = {}) : options_(options) { Start(); }

  enum class Crash { kNone, kBeforeDurable, kBeforeApplied };

  // Commits `counts`, spread over two shards, at kDayZero + `clock`.
  void Commit(Duration clock, const std::vector<Count>& counts, Crash crash = Crash::kNone) {
    shards_[0].Clear();
    shards_[1].Clear();
    for (size_t i = 0; i < counts.size(); ++i) shards_[i % 2].Add(counts[i]);
    const std::vector<const Delta*> deltas{&shards_[0], &shards_[1]};
    last_rows_.clear();
    ledger_->Stage(journal::CommitNumber(++number_), kDayZero + clock, deltas, last_rows_);
    if (crash == Crash::kBeforeDurable) return Restart();
    Write(last_rows_);
    if (crash == Crash::kBeforeApplied) return Restart();
    ledger_->Apply(deltas);
  }

  // As after a crash: everything in memory is gone. Rows come back in a random order.
  void Restart() {
    std::vector<std::pair<std::string, std::string>> rows(disk_.begin(), disk_.end());
    std::shuffle(rows.begin(), rows.end(), order_);
    ledger_ = std::make_unique<Ledger>(options_);
    for (const auto& [key, value] : rows) {
      const absl::Status status = ledger_->Restore(key, value);
      ASSERT_TRUE(status.ok()) << status;
    }
    ledger_->FinishRestore();
  }

  size_t RowsOf(RowKind kind) const {
    return std::count_if(disk_.begin(), disk_.end(),
                         [kind](const auto& row) { return row.first.front() == static_cast<char>(kind); });
  }

  const Ledger& ledger() const { return *ledger_; }
  const std::map<std::string, std::string>& disk() const { return disk_; }
  const std::vector<journal::LedgerRow>& last_rows() const { return last_rows_; }
  uint64_t number() const { return number_; }

 private:
  void Start() { ledger_ = std::make_unique<Ledger>(options_); }

  void Write(const std::vector<journal::LedgerRow>& rows) {
    for (const journal::LedgerRow& row : rows) {
      if (row.value.has_value()) {
        disk_[row.key] = *row.value;
      } else {
        EXPECT_EQ(disk_.erase(row.key), 1u) << "deleted a row that is not there";
      }
    }
  }

  const Ledger::Options options_;
  std::map<std::string, std::string> disk_;
  std::unique_ptr<Ledger> ledger_;
  Delta shards_[2];
  std::vector<journal::LedgerRow> last_rows_;
  uint64_t number_ = 0;
  std::mt19937_64 order_{1};
};

}  // namespace oneway::ledger
