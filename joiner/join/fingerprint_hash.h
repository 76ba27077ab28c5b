// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/hash/fingerprint.h"

namespace oneway::join {

// Hash of tables by fingerprint. Salted by the process, so that keys chosen by a producer cannot be made to collide.
struct FingerprintHash {
  uint64_t salt;

  size_t operator()(const hash::Fingerprint& fingerprint) const {
    // Fingerprints are random bits but for the salt: one multiplication that folds both halves is enough.
    const auto product =
        static_cast<unsigned __int128>(fingerprint.low ^ salt) * (fingerprint.high ^ 0x9E3779B97F4A7C15);
    return static_cast<size_t>(product >> 64) ^ static_cast<size_t>(product);
  }
};

}  // namespace oneway::join
