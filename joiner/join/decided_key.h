// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/key_bytes.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// What can be decided of a key. The numbers are those of the wire.
enum class Decided : uint8_t { kStarted = 1, kMatched = 2, kExpired = 3, kLate = 4, kSuperseded = 5, kOrphan = 6 };

// Something that was decided of a single key. A value that can be moved, and copied only on purpose.
struct DecidedKey {
  Decided what = Decided::kStarted;
  hash::Fingerprint fingerprint;
  KeyBytes key;  // empty where the flow hides its keys, and of stages whose start never came
  flow::FlowId flow{};
  flow::SeriesId series{};
  Time start = journal::kNoTime;
  Time end = journal::kNoTime;  // of several the last
  Duration latency{};           // kMatched, kLate: to that end

  DecidedKey Copy() const {
    return {.what = what,
            .fingerprint = fingerprint,
            .key = KeyBytes(key.view()),
            .flow = flow,
            .series = series,
            .start = start,
            .end = end,
            .latency = latency};
  }
  size_t memory_bytes() const { return sizeof(*this) + key.heap_bytes(); }
};

}  // namespace oneway::join
