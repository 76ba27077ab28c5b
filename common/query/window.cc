// SPDX-License-Identifier: Apache-2.0
#include "common/query/window.h"

#include <algorithm>

namespace oneway::query {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// How far ahead of now joiners take events, and some more.
constexpr Duration kAheadMax = hours(1);

int64_t StepsUpTo(Duration duration, Duration step) {
  return (duration + step - Duration(1)) / step;
}

Time NextMultiple(Time time, Duration step) {
  return Time(StepsUpTo(time.time_since_epoch(), step) * step);
}

}  // namespace

Window WindowOf(uint32_t length_seconds, uint64_t until_unix_nanos, Time now) {
  if (length_seconds == 0) return {};
  const Duration length = std::chrono::ceil<minutes>(seconds(length_seconds));
  if (until_unix_nanos != 0) {
    const Time until = std::chrono::ceil<minutes>(FromUnixNanos(until_unix_nanos));
    return {.from = until - length, .until = until};
  }
  const Time minute_begins = std::chrono::floor<minutes>(now);
  return {.from = minute_begins - length, .until = minute_begins + minutes(1) + kAheadMax};
}

v1::TimelineRequest Resolved(const v1::TimelineRequest& request, Time now) {
  const Time until = request.until_unix_nanos() == 0 ? now : FromUnixNanos(request.until_unix_nanos());
  const Duration window = std::chrono::ceil<minutes>(seconds(request.window_seconds()));
  Duration step = std::chrono::ceil<minutes>(seconds(request.step_seconds()));
  if (step == Duration::zero()) step = minutes(StepsUpTo(window, minutes(kTimelinePoints)));
  if (until - window < now - kMinutesKept) step = hours(StepsUpTo(step, hours(1)));
  const int64_t points = StepsUpTo(window, step);
  v1::TimelineRequest resolved = request;
  resolved.set_until_unix_nanos(ToUnixNanos(NextMultiple(until, step)));
  resolved.set_step_seconds(static_cast<uint32_t>(step / seconds(1)));
  resolved.set_window_seconds(static_cast<uint32_t>(points * step / seconds(1)));
  return resolved;
}

Timeline TimelineOf(const v1::TimelineRequest& resolved) {
  const Duration step = seconds(resolved.step_seconds());
  const Duration window = seconds(resolved.window_seconds());
  return {.from = FromUnixNanos(resolved.until_unix_nanos()) - window,
          .step = step,
          .points = static_cast<size_t>(window / step)};
}

}  // namespace oneway::query
