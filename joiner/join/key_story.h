// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "joiner/join/gathering_key.h"

namespace oneway::join {

// What became of a key, for people who ask.
enum class KeyState : uint8_t { kAbsent, kOpen, kEarly, kMatched, kExpired, kLate };
// What a fan-out waits for, or what it lacked when it expired; then only `missing`, `missing_ids` and `last_progress`
// are known.
struct PartsStory {
  uint32_t expected = 0;  // 0: not said
  uint32_t known = 0;     // declared or ended
  uint32_t ended = 0;
  uint32_t missing = 0;                  // of those expected, or of those known
  std::vector<std::string> missing_ids;  // the first few of those known
  std::optional<Time> completed_at;
  Time last_progress{};  // latest time of its events
};
struct KeyStory {
  KeyState state = KeyState::kAbsent;
  std::optional<Time> started_at;
  std::optional<Time> ended_at;
  std::optional<Duration> latency;  // kMatched, kLate
  std::optional<Time> deadline;     // kOpen; kExpired: when it expired
  std::optional<PartsStory> parts;  // kOpen, kEarly, kExpired of a fan-out
  bool empty = false;               // kMatched: a fan-out without a part; latency is from start to COMPLETED
};

// What a key that gathers, and is not closed, waits for.
PartsStory PartsOf(const GatheringKey& key);

}  // namespace oneway::join
