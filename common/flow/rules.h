// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"

namespace oneway::flow {

enum class Shape : uint8_t { kPair, kFanout };
enum class Ends : uint8_t { kFirst, kEvery };
enum class StartPolicy : uint8_t { kEarliest, kLatest };
enum class Keys : uint8_t { kPlain, kHashed };  // kHashed: only the fingerprint of a key is stored and shown

// What of a key is shown as exemplar of a latency.
enum class Exemplars : uint8_t { kNone, kHash, kKey };

// How fast a flow should be: `target` of its starts, above 0 and below 1, have an end within `under`.
struct Objective {
  Duration under{};  // at most the flow's ttl
  double target = 0;

  friend bool operator==(const Objective&, const Objective&) = default;
};

// How events of one flow are judged: an entry of `flows:` in the configuration, or the defaults.
// Immutable once published. The members are described for users in deploy/config/oneway.yaml.
struct Rules {
  std::string name;
  Shape shape = Shape::kPair;
  Duration ttl = std::chrono::minutes(10);           // how long a start waits for its end; at most 30 days
  Duration retry_window = std::chrono::minutes(5);   // how long after emission an event may arrive for the first time
  Duration late_window = std::chrono::minutes(10);   // how long an expired key is remembered; at most 24 h; unset: ttl
  Duration arrival_grace = std::chrono::seconds(5);  // how long past the deadline an end may still be on its way
  Duration settle = std::chrono::seconds(2);  // fan-out without `expected`: how long after the last event it closes
  Ends ends = Ends::kFirst;
  StartPolicy start = StartPolicy::kEarliest;
  std::vector<std::string> labels;  // allow-list, sorted
  uint32_t max_series = 500;        // per joiner; beyond that __overflow__
  std::optional<Objective> objective;
  Keys keys = Keys::kPlain;
  Exemplars exemplars = Exemplars::kNone;
  Time horizon_floor{};  // the horizon never falls below it: survives a retry_window that was made longer

  // Events older than this may belong to a life that was forgotten.
  Time Horizon(Time joiner_clock) const {
    const Time moving = joiner_clock - retry_window;
    return moving > horizon_floor ? moving : horizon_floor;
  }

  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace oneway::flow
