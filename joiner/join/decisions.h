// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "joiner/join/decided_key.h"
#include "joiner/join/slow_keys.h"
#include "joiner/journal/changes.h"
#include "joiner/ledger/count.h"
#include "joiner/ledger/exemplars.h"

namespace oneway::join {

// What must become durable because of the events applied in one commit, and what people may want to see of it then.
// Threading: owned by the shard's thread.
struct Decisions {
  std::vector<ledger::Count> counts;
  journal::Changes rows;
  ledger::Exemplars exemplars;              // Need not; they are shown once the rest is durable.
  SlowKeys* slow = nullptr;                 // picks the slowest matches; null: nobody does
  std::vector<DecidedKey>* keys = nullptr;  // takes every decision of a single key; null: nobody listens
};

}  // namespace oneway::join
