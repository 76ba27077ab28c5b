// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/hash/fingerprint.h"
#include "tests/bench/core/core_load.h"
#include "tests/bench/workload/flow_plan.h"

namespace oneway::bench {

// So many things one after the other that no branch is learnt by heart; a power of two.
inline constexpr size_t kKeys = 4096;

// Random bytes, the same at every call. For keys of any size, which FlowPlanner does not make.
inline std::vector<std::string> KeysOf(size_t key_bytes) {
  const FlowPlanner planner{WorkloadOptions{}};
  std::vector<std::string> keys;
  for (uint64_t number = 0; number < kKeys; ++number) {
    std::string key(key_bytes + planner.key_bytes(), '\0');
    for (size_t at = 0; at < key_bytes; at += planner.key_bytes()) planner.KeyOf(number + at * kKeys, key.data() + at);
    key.resize(key_bytes);
    keys.push_back(std::move(key));
  }
  return keys;
}

inline std::vector<hash::Fingerprint> Fingerprints() {
  std::vector<hash::Fingerprint> fingerprints;
  for (const std::string& key : KeysOf(16)) fingerprints.push_back(hash::FingerprintOf(kSeed, kFlowName, key));
  return fingerprints;
}

}  // namespace oneway::bench
