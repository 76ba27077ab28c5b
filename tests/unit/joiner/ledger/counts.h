// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "joiner/ledger/count.h"

namespace oneway::ledger {

// Counts as a shard would make them. Times are given as durations since kDayZero, a full hour.
inline constexpr Time kDayZero = Time(std::chrono::hours(24 * 20000));

inline constexpr flow::FlowId kPush{3};
inline constexpr flow::SeriesId kPushIos{7};
inline constexpr flow::SeriesId kPushAndroid{8};
inline constexpr flow::FlowId kMail{4};
inline constexpr flow::SeriesId kMailAll{9};

inline Count Started(Duration at, flow::SeriesId series = kPushIos, flow::FlowId flow = kPush) {
  return {.counter = Counter::kStarted, .series = series, .flow = flow, .at = kDayZero + at};
}

inline Count Matched(Duration started_at, Duration latency, flow::SeriesId series = kPushIos,
                     flow::FlowId flow = kPush) {
  return {.counter = Counter::kMatched,
          .series = series,
          .flow = flow,
          .at = kDayZero + started_at + latency,
          .latency = latency,
          .started_at = kDayZero + started_at};
}

// A fan-out without a part.
inline Count Empty(Duration started_at, Duration completion, flow::SeriesId series = kPushIos,
                   flow::FlowId flow = kPush) {
  Count count = Matched(started_at, completion, series, flow);
  count.empty = true;
  return count;
}

inline Count Late(Duration started_at, Duration latency, flow::SeriesId series = kPushIos, flow::FlowId flow = kPush) {
  Count count = Matched(started_at, latency, series, flow);
  count.counter = Counter::kLate;
  return count;
}

inline Count Negative(Duration ended_at, Duration size, flow::SeriesId series = kPushIos, flow::FlowId flow = kPush) {
  return {.counter = Counter::kNegative, .series = series, .flow = flow, .at = kDayZero + ended_at, .latency = size};
}

}  // namespace oneway::ledger
