// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

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
  journal::Sequence sequence{};  // of its END row
  flow::SeriesId series{};
};
// Ascending by time, no two at the same. Nearly always one.
using WaitingEnds = absl::InlinedVector<WaitingEnd, 1>;

// A key whose ends wait for its start. Never without an end.
// Threading: owned by the shard's thread.
struct EarlyKey {
  // How many ends wait at most.
  static constexpr size_t kEndsMax = 1024;

  hash::Fingerprint fingerprint;
  KeyBytes key;
  WaitingEnds ends;
  flow::FlowId flow{};

  EventSpan Span() const { return {ends.front().time, ends.back().time}; }
  // Where an end of `time` stands, or belongs.
  WaitingEnds::iterator Place(Time time) {
    return std::lower_bound(ends.begin(), ends.end(), time,
                            [](const WaitingEnd& end, Time wanted) { return end.time < wanted; });
  }
  bool Holds(Time time) {
    const auto place = Place(time);
    return place != ends.end() && place->time == time;
  }
};

}  // namespace oneway::join
