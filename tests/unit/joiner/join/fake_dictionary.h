// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/flow/registry.h"
#include "joiner/ledger/dictionary.h"

namespace oneway::join {

// The dictionary of a joiner with one flow, and those of its rows that commits made durable. Threading: external.
class FakeDictionary {
 public:
  // A new dictionary with what is durable.
  void Restart(const flow::Rules& rules, Time joiner_clock);
  void Commit();

  // After the first Restart.
  ledger::Dictionary* operator->() { return dictionary_.get(); }

 private:
  std::map<std::string, std::string> rows_;
  std::unique_ptr<flow::Registry> registry_;
  std::unique_ptr<ledger::Dictionary> dictionary_;
};

}  // namespace oneway::join
