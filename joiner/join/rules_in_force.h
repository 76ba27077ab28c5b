// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "common/flow/registry.h"

namespace oneway::join {

// The rules by which one commit judges: a reload that happens while the commit is open counts from the next one on.
//
// Threading: owned by the shard's thread. `flows` outlives it.
class RulesInForce {
 public:
  explicit RulesInForce(const flow::Registry& flows) : flows_(flows) {}

  // Takes over what was published meanwhile. True if that changed a flow which was in force before.
  bool Refresh() {
    bool changed = false;
    for (uint32_t i = 0; i < rules_.size(); ++i) {
      if (rules_[i] == nullptr) continue;
      const flow::Rules* published = &flows_.Of(flow::FlowId(i));
      changed |= published != rules_[i];
      rules_[i] = published;
    }
    return changed;
  }

  const flow::Rules& Of(flow::FlowId flow) const {
    const auto index = static_cast<uint32_t>(flow);
    if (index >= rules_.size()) rules_.resize(index + 1);
    // From the first event of a flow on its rules stay for this commit.
    if (rules_[index] == nullptr) rules_[index] = &flows_.Of(flow);
    return *rules_[index];
  }

 private:
  const flow::Registry& flows_;
  mutable std::vector<const flow::Rules*> rules_;  // by FlowId; null: not met yet
};

}  // namespace oneway::join
