// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/sequence_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

namespace oneway::journal {
namespace {

constexpr int kDigitBits = 11;  // its counters fit into the first-level cache
constexpr size_t kDigits = size_t{1} << kDigitBits;

// Distributes `from` over `to` by the digit that begins at bit `shift` of number - base.
void Distribute(const std::vector<NumberedEntry>& from, uint64_t base, int shift, std::vector<NumberedEntry>& to) {
  const auto digit = [base, shift](const NumberedEntry& entry) {
    return ((entry.number - base) >> shift) & (kDigits - 1);
  };
  std::array<size_t, kDigits> place{};
  for (const NumberedEntry& entry : from) ++place[digit(entry)];
  size_t next = 0;
  for (size_t& count : place) next += std::exchange(count, next);
  for (const NumberedEntry& entry : from) to[place[digit(entry)]++] = entry;
}

}  // namespace

void SortByNumber(std::vector<NumberedEntry>& entries, std::vector<NumberedEntry>& room) {
  const auto by_number = [](const NumberedEntry& a, const NumberedEntry& b) { return a.number < b.number; };
  if (std::is_sorted(entries.begin(), entries.end(), by_number)) return;
  const auto [lowest, highest] = std::minmax_element(entries.begin(), entries.end(), by_number);
  const uint64_t base = lowest->number;
  const int bits = std::bit_width(highest->number - base);
  room.clear();  // or growing would copy what is in it, and double
  room.reserve(entries.size());
  room.resize(entries.size());
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    Distribute(entries, base, shift, room);
    entries.swap(room);
  }
}

}  // namespace oneway::journal
