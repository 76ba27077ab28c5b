// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/query/sample.h"
#include "joiner/join/decided_key.h"
#include "joiner/shard/tail_hub.h"
#include "joiner/shard/work.h"

namespace oneway::shard {

// A shard's share of a tail: sorts what was decided by listener, and hands it over once it is durable.
// Threading: owned by the shard's thread. `hub` outlives it.
class TailCollector {
 public:
  explicit TailCollector(const TailHub& hub) : hub_(hub) {}

  // At each opening. Where decisions have to go: null while nobody listens.
  std::vector<join::DecidedKey>* Open();
  // Takes what is in there, decided at `clock`.
  void Collect(Time clock);
  // Appends to the part's releases what hands its decisions over.
  void Seal(std::vector<Release>& releases);

 private:
  struct Ear {
    std::shared_ptr<TailListener> listener;
    std::vector<std::optional<bool>> takes_flow;  // by FlowId; none: not asked yet
    query::Sample<TailedKey> sample{TailHub::kKeysAPartMax};

    bool Takes(const join::DecidedKey& key);
  };

  const TailHub& hub_;
  uint64_t generation_ = 0;
  std::vector<Ear> ears_;
  std::vector<join::DecidedKey> decided_;
};

}  // namespace oneway::shard
