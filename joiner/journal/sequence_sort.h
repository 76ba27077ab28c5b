// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace oneway::journal {

// An entry of a memtable and the number that its key is.
struct NumberedEntry {
  uint64_t number;
  const char* entry;
};

// Sorts by number, ascending; entries of equal numbers keep their order. Linear in the entries for each 11 bits in
// which the numbers differ. `room` is for its use; what is in it does not matter, before or after.
// Threading: pure.
void SortByNumber(std::vector<NumberedEntry>& entries, std::vector<NumberedEntry>& room);

}  // namespace oneway::journal
