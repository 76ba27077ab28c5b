// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace oneway::hash {

// 128 bits that stand for (flow, key) everywhere in a cluster, on the wire and on disk.
// Formula: XXH3-128 with the cluster's seed over flow, one zero byte, key. Frozen by golden vectors.
struct Fingerprint {
  uint64_t high = 0;
  uint64_t low = 0;

  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// One of the 4096 equal parts of the fingerprint space; a joiner owns a contiguous range of them.
enum class SlotId : uint16_t {};

inline constexpr uint32_t kSlotCount = 4096;

// The cluster's seed; the same in every process of a cluster and for its whole life.
enum class HashSeed : uint64_t {};

// `flow` is at most 64 bytes, `key` at most 256 (both checked before); longer input is a bug and stops the process.
Fingerprint FingerprintOf(HashSeed seed, std::string_view flow, std::string_view key);

// Bits 63 to 52 of the high half.
constexpr SlotId SlotOf(const Fingerprint& fingerprint) {
  return SlotId(fingerprint.high >> 52);
}

}  // namespace oneway::hash
