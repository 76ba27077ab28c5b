// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "joiner/ledger/dictionary.h"

namespace oneway::ledger {

using namespace std::chrono_literals;

inline constexpr Time kNow = Time(std::chrono::hours(24 * 20000));

inline flow::Rules RulesOf(std::string name, Duration retry_window = 5min) {
  flow::Rules rules;
  rules.name = std::move(name);
  rules.retry_window = retry_window;
  return rules;
}

// A dictionary, its registry and the rows that commits made durable.
class DictionaryTest : public ::testing::Test {
 protected:
  void Open(Dictionary::Options options, Time clock = kNow) {
    registry_ = std::make_unique<flow::Registry>();
    dictionary_ = std::make_unique<Dictionary>(std::move(options), *registry_);
    std::vector<std::pair<std::string, std::string>> rows(disk_.begin(), disk_.end());
    std::shuffle(rows.begin(), rows.end(), order_);
    for (const auto& [key, value] : rows) ASSERT_TRUE(dictionary_->Restore(key, value).ok());
    dictionary_->Open(clock);
  }

  // Returns how many rows it wrote.
  size_t Commit() {
    std::vector<journal::LedgerRow> rows;
    dictionary_->TakePending(rows);
    for (const journal::LedgerRow& row : rows) disk_[row.key] = *row.value;
    return rows.size();
  }

  SeriesRef Intern(const std::string& flow, const Labels& labels = {}) { return dictionary_->Intern(flow, labels); }
  const flow::Rules& Rules(const std::string& flow) { return registry_->Of(Intern(flow).flow); }

  std::map<std::string, std::string> disk_;
  std::unique_ptr<flow::Registry> registry_;
  std::unique_ptr<Dictionary> dictionary_;
  std::mt19937_64 order_{1};
};

}  // namespace oneway::ledger
