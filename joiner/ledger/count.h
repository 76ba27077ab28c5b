// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/flow/ids.h"
#include "common/time/time.h"

namespace oneway::ledger {

// What the ledger counts. The numbers are stored. Meanings: semantics; which are exact: docs.
enum class Counter : uint8_t {
  kStarted = 0,
  kMatched = 1,
  kExpired = 2,
  kSuperseded = 3,
  kOrphan = 4,
  kLate = 5,         // subset of expired; latency goes to the late histogram
  kLateArrival = 6,  // subset of late
  kNegative = 7,     // subset of matched; its size goes to the negative histogram
  kEarly = 8,        // subset of matched
  kDuplicate = 9,    // from here on: arrivals
  kRepeatedStart = 10,
  kReusedKey = 11,
  kExtraEnd = 12,
  kStale = 13,
  kLatePart = 14,
  kEmpty = 15,  // exact; subset of matched, never counted by itself: see Count::empty
  kExcessPart = 16,
  kEnd = 17,        // exact; ends in time of flows whose every end counts; latency and minutes as of a match
  kStage = 18,      // exact; one for each stage of a key; latency from its start
  kLateStage = 19,  // arrivals; stages of closed keys
  // exact; the expired once more, by when they started; never counted by itself: see Count::started_at
  kCohortExpired = 20,
  kGood = 21,   // exact; subset of valid, never counted by itself: see Count::attainment
  kValid = 22,  // exact; keys that closed under an objective, as kGood
};
inline constexpr int kCounters = 23;

// How a key that closes stands to the objective that its flow has at that moment. Final: a later objective does not
// change it.
enum class Attainment : uint8_t {
  kNotJudged,  // no objective, or no latency that is known: negative, or of a fan-out without a part
  kMissed,     // expired, or took longer. Counts as kValid
  kMet,        // Counts as kValid and kGood
};

// One thing that happened, to be counted in the commit in which it happened. A value.
struct Count {
  Counter counter = Counter::kStarted;
  flow::SeriesId series{};
  flow::FlowId flow{};
  // Which minute it belongs to: kStarted: start time; kMatched, kNegative, kEarly, kLate, kLateArrival, kOrphan,
  // kExtraEnd, kStage, ...: end (event) time; kExpired: deadline.
  Time at{};
  // kMatched that is not negative, kLate, kStage: the latency sample; kNegative: its absolute size. Otherwise 0.
  Duration latency{};
  // kMatched, kLate, kExpired, kStage: when the key started (for cohorts).
  Time started_at{};
  // kMatched: a fan-out without a part. Counts as kEmpty too, and `latency` goes to the completion histogram.
  bool empty = false;
  // kMatched, kExpired.
  Attainment attainment = Attainment::kNotJudged;
  // kMatched: a key of which every end counted, as kEnd. `latency`, to its first end, and `last_latency`, to its last,
  // go to histograms of their own.
  bool of_ends = false;
  Duration last_latency{};

  friend bool operator==(const Count&, const Count&) = default;
};
static_assert(sizeof(Count) == 56);

}  // namespace oneway::ledger
