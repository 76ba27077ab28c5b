// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/time/time.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// The time that a query is about, in whole minutes: what begins in [from, until). Pure.
struct Window {
  Time from = Time::min();  // Time::min(): since ever
  Time until = Time::max();

  // Where it ends for people: what lies ahead of `now` has not happened yet.
  Time EndAt(Time now) const { return until < now ? until : now; }
  // How long it is at `now`, for rates; 0: since ever.
  Duration LengthAt(Time now) const { return from == Time::min() || now < from ? Duration::zero() : EndAt(now) - from; }
};

// The last `seconds`, rounded up to whole minutes of which the last one holds `until_unix_nanos`. 0 seconds: since
// ever. Without an end (0) these minutes are full ones, and the minute of `now` counts besides, which may only just
// have begun: a window of a minute is 60 to 120 s long. Then all that is told of later times counts too: clocks differ.
// Of 24 hours no minute is beyond kMinutesKept, for joiners keep minutes by the hour that they begin in.
Window WindowOf(uint32_t seconds, uint64_t until_unix_nanos, Time now);

// A timeline as the joiners are asked for it: `until` said, and both it and `window_seconds` whole steps. Steps are
// whole minutes, of anything that begins more than kMinutesKept before `now` whole hours, and begin at multiples of
// themselves since 1970, so that neither another joiner nor the next question cuts time elsewhere. Asking for what is
// resolved already changes nothing.
v1::TimelineRequest Resolved(const v1::TimelineRequest& request, Time now);

// The points of a resolved timeline.
struct Timeline {
  Time from;
  Duration step;
  size_t points;

  Window WindowOf(size_t point) const { return {from + point * step, from + (point + 1) * step}; }
};
Timeline TimelineOf(const v1::TimelineRequest& resolved);

// How many points a timeline has by itself.
inline constexpr uint32_t kTimelinePoints = 240;
// How many it may have at most, where the step is said.
inline constexpr uint32_t kTimelinePointsMax = 720;
// For how long joiners keep minutes apart.
inline constexpr Duration kMinutesKept = std::chrono::hours(24);
// For how long they keep hours.
inline constexpr Duration kHoursKept = std::chrono::days(35);

}  // namespace oneway::query
