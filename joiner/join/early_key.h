// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/key_bytes.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// An end that came before its start.
struct WaitingEnd {
  Time time;
  uint64_t generation = 0;       // of the life that it waits for
  journal::Sequence sequence{};  // of its END row
  flow::SeriesId series{};
};
// Ascending by time and generation, no two the same. Nearly always one.
using WaitingEnds = absl::InlinedVector<WaitingEnd, 1>;

// A key whose ends wait for their start. Never without an end. There may be a life of a lower generation beside it.
// Threading: owned by the shard's thread.
struct EarlyKey {
  // How many ends wait at most.
  static constexpr size_t kEndsMax = 1024;

  hash::Fingerprint fingerprint;
  KeyBytes key;
  WaitingEnds ends;
  flow::FlowId flow{};

  EventSpan Span() const { return {ends.front().time, ends.back().time}; }
  // Where an end stands, or belongs.
  WaitingEnds::iterator Place(Time time, uint64_t generation = 0) {
    return std::lower_bound(ends.begin(), ends.end(), std::pair(time, generation),
                            [](const WaitingEnd& end, const std::pair<Time, uint64_t>& wanted) {
                              return std::pair(end.time, end.generation) < wanted;
                            });
  }
  bool Holds(Time time, uint64_t generation) {
    const auto place = Place(time, generation);
    return place != ends.end() && place->time == time && place->generation == generation;
  }
};

}  // namespace oneway::join
