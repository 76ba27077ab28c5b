// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/gathering_key.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// What few open and closed keys have, kept apart so that the many cost nothing. A value.
struct Uncommon {
  EventSpan span;                               // of all events applied
  uint64_t generation = 0;                      // which life of a key that is used again; 0: not said
  Time not_before = kNoTime;                    // where it is after the start: when the flow was to begin
  std::shared_ptr<const MissingParts> missing;  // of an expired fan-out

  // From when on the latency counts.
  Time Origin(Time start) const { return std::max(start, not_before); }
  // What it takes in memory besides itself; bytes.
  size_t heap_bytes() const { return missing == nullptr ? 0 : sizeof(MissingParts) + missing->heap_bytes(); }
  friend bool operator==(const Uncommon&, const Uncommon&) = default;
};

}  // namespace oneway::join
