// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tests/durability/history.h"

namespace oneway::test {

// What a number of power cuts came to.
struct PowerLossFigures {
  uint64_t cuts = 0;
  uint64_t cuts_in_start = 0;  // while the folder was opened or recovered
  uint64_t killed = 0;         // of the cuts: the process alone died, what it wrote is all there
  uint64_t events = 0;
  Findings findings;
};

// One joiner with one data folder, from its first start on, whose power is cut `cuts` times: each time at a random
// operation of the file system, of a random kind of file, anywhere from the start of the process on.
PowerLossFigures LosePowerAgainAndAgain(uint64_t seed, uint64_t cuts);

}  // namespace oneway::test
