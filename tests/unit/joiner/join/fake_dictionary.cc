// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/fake_dictionary.h"

#include <gtest/gtest.h>

#include <vector>

namespace oneway::join {

void FakeDictionary::Restart(const flow::Rules& rules, Time joiner_clock) {
  dictionary_.reset();
  registry_ = std::make_unique<flow::Registry>();
  dictionary_ = std::make_unique<ledger::Dictionary>(ledger::Dictionary::Options{.configured = {rules}}, *registry_);
  for (const auto& [key, value] : rows_) ASSERT_TRUE(dictionary_->Restore(key, value).ok());
  dictionary_->Open(joiner_clock);
}

void FakeDictionary::Commit() {
  std::vector<journal::LedgerRow> rows;
  dictionary_->TakePending(rows);
  for (const journal::LedgerRow& row : rows) rows_[row.key] = *row.value;
}

}  // namespace oneway::join
