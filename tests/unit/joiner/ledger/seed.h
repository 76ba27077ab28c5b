// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iostream>
#include <random>

namespace oneway::ledger {

// A new seed, printed at once so that it is known even when the process dies.
inline uint64_t PrintedSeed() {
  const uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << std::endl;
  return seed;
}

}  // namespace oneway::ledger
