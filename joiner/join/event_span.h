// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "common/time/time.h"

namespace oneway::join {

// Smallest and largest time of the events applied to a key. A value.
struct EventSpan {
  Time earliest;
  Time latest;

  // The span that holds `time` too.
  EventSpan With(Time time) const { return {std::min(earliest, time), std::max(latest, time)}; }
  EventSpan With(const EventSpan& other) const { return With(other.earliest).With(other.latest); }
  friend bool operator==(const EventSpan&, const EventSpan&) = default;
};

}  // namespace oneway::join
