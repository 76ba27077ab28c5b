// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/event/event.h"
#include "common/time/time.h"
#include "oneway/v1/query.pb.h"

// What clients send while processes die, and what has to become of it. Pure.
namespace oneway::test::crash {

// Names of the flows; FlowsConfig() says how they are configured.
inline constexpr char kPairFlow[] = "pair";
inline constexpr char kBriefFlow[] = "brief";  // its starts expire soon
inline constexpr char kTaskFlow[] = "task";    // fan-outs

// How long starts of kBriefFlow wait for their end.
inline constexpr Duration kBriefTtl = std::chrono::seconds(3);
// `flows:` of the cluster's configuration. Closed keys are remembered for so long, in whole seconds: within that time
// of its first event a key has to be looked at.
std::string FlowsConfig(std::chrono::seconds remembered);

enum class FlowKind : uint8_t {
  kPair,            // matches
  kEndFirst,        // matches; the end is sent before the start
  kNegative,        // matches; the end is earlier than the start
  kOpen,            // never gets an end, and does not expire within a run
  kOrphan,          // an end whose start never comes
  kLate,            // its end is beyond the deadline
  kExpiring,        // never gets an end, and expires
  kExpectedFanout,  // says at its start how many parts there are
  kDeclaredFanout,  // declares each part, and completes
  kEmptyFanout,     // completes without a part
  kOpenFanout,      // one of its parts never ends
};

// One event of a flow.
struct PlannedEvent {
  event::Kind kind{};
  Duration time{};            // emission, relative to the flow's base
  Duration send_after{};      // how long after the flow began to be sent it is due
  std::string part;           // of PART_STARTED and PART_ENDED
  uint32_t expected = 0;      // of START
  bool after_others = false;  // sent once all others are acked, since what it says depends on them
};

// A flow with a key of its own. Its base is when a client host began to send it.
struct PlannedFlow {
  FlowKind kind{};
  std::string flow;
  std::string key;
  std::vector<PlannedEvent> events;  // at most 32
};

// Whose flows: those of one client host in one cycle.
struct FlowSource {
  uint64_t seed = 0;
  uint32_t cycle = 0;
  uint32_t host = 0;
};

// The `number`th flow of a source; the same arguments give the same flow.
PlannedFlow PlanFlow(const FlowSource& source, uint64_t number);

// A set of the events of one flow, by index.
class EventSet {
 public:
  void Add(size_t event) { bits_ |= uint32_t{1} << event; }
  bool Has(size_t event) const { return (bits_ >> event & 1) != 0; }
  bool empty() const { return bits_ == 0; }
  bool Contains(EventSet other) const { return (other.bits_ & ~bits_) == 0; }
  uint32_t bits() const { return bits_; }
  static EventSet Of(uint32_t bits) {
    EventSet set;
    set.bits_ = bits;
    return set;
  }
  static EventSet All(size_t events) { return Of(static_cast<uint32_t>((uint64_t{1} << events) - 1)); }
  friend bool operator==(EventSet, EventSet) = default;

 private:
  uint32_t bits_ = 0;
};

// Where a flow stands once these of its events, and no others, are applied.
struct Fate {
  v1::KeyState state = v1::ABSENT;
  Duration latency{};     // MATCHED, LATE
  bool empty = false;     // MATCHED without a part
  bool by_clock = false;  // OPEN until the joiner clock has moved on

  friend bool operator==(const Fate&, const Fate&) = default;
};
Fate FateOf(const PlannedFlow& flow, EventSet applied);

}  // namespace oneway::test::crash
