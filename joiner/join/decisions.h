// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "joiner/journal/changes.h"
#include "joiner/ledger/count.h"
#include "joiner/ledger/exemplars.h"

namespace oneway::join {

// What must become durable because of the events applied in one commit.
// Threading: owned by the shard's thread.
struct Decisions {
  std::vector<ledger::Count> counts;
  journal::Changes rows;
  ledger::Exemplars exemplars;  // Need not; they are shown once the rest is durable.
};

}  // namespace oneway::join
