// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "common/hash/fingerprint.h"

namespace oneway::hash {

// Index of a joiner in the cluster's list.
enum class JoinerIndex : uint32_t {};

// Which joiner owns which slot. From a static list each joiner owns an equal contiguous range: joiner i of m owns slots
// [i * 4096 / m, (i + 1) * 4096 / m).
// Threading: immutable.
class SlotMap {
 public:
  // 1 <= joiners <= 4096 (a bug otherwise).
  static SlotMap EqualRanges(uint32_t joiners, uint64_t epoch = 0);

  JoinerIndex OwnerOf(SlotId slot) const { return owners_[static_cast<uint16_t>(slot)]; }
  std::vector<SlotId> SlotsOf(JoinerIndex joiner) const;
  uint32_t joiners() const { return joiners_; }
  uint64_t epoch() const { return epoch_; }

 private:
  std::vector<JoinerIndex> owners_;  // by slot
  uint32_t joiners_ = 0;
  uint64_t epoch_ = 0;
};

}  // namespace oneway::hash
