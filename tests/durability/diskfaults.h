// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/durability/history.h"

namespace oneway::test {

// What a number of faults of the disk came to. Each fault ends in one of the first four.
struct DiskFaultFigures {
  uint64_t faults = 0;
  uint64_t stopped = 0;      // the joiner served, and ended with a commit that failed
  uint64_t refused = 0;      // the folder was not opened, or not restored
  uint64_t lacking = 0;      // it was opened, but lacks the mark that partitioners repeat, by which they are refused
  uint64_t harmless = 0;     // nothing that mattered was hit, and everything is there
  uint64_t unexplained = 0;  // of those stopped or refused: not with a word about the fault
  uint64_t events = 0;
  std::map<std::string, uint64_t> by_kind;  // of faults
  Findings findings;                        // lost or doubled: served without a refusal

  void Add(const DiskFaultFigures& other);
};

// One joiner with one data folder whose disk fails now and then while it runs, starts and ends; each time it is
// repaired and nothing may be missing. At last, one bit of one file is flipped: a joiner that still opens the folder
// has to know everything.
DiskFaultFigures FailAgainAndAgain(uint64_t seed, uint64_t faults);

}  // namespace oneway::test
