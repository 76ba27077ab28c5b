// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/event/event.h"
#include "common/flow/ids.h"
#include "common/flow/rules.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/ending.h"
#include "joiner/join/event_span.h"
#include "joiner/join/key_bytes.h"
#include "joiner/join/routed_event.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// One part of a fan-out, of whose repeated marks the latest is kept, whatever order they come in. Or one of several
// ends, by its end id.
struct Part {
  KeyBytes id;
  journal::Sequence sequence{};  // of its PART row
  Time declared = kNoTime;
  Time ended = kNoTime;
  flow::SeriesId series{};  // of its end; without one that of its declaration

  bool IsOut() const { return ended != kNoTime; }
};

// A key that gathers several events before it closes: a fan-out its parts, or a pair of which every end counts its
// ends. A set of what was said about it, so that the order of arrival cannot matter. Threading: owned by the shard's
// thread.
struct GatheringKey {
  hash::Fingerprint fingerprint;
  journal::Sequence sequence{};  // of its FANOUT or ENDS row
  KeyBytes key;
  Time start = kNoTime;
  Time not_before = kNoTime;  // where it is after the start
  Time completed = kNoTime;
  Time last_out = kNoTime;   // fan-out: latest end of a part
  Time last_mark = kNoTime;  // fan-out: latest time of parts and COMPLETED
  Time changed_at{};         // the joiner clock when the last event that changed the key was applied
  EventSpan span{};          // of all events applied
  std::vector<Part> parts;   // by id; at most event::kPartsMax
  uint32_t expected = 0;     // the largest that was said; 0: none was
  uint32_t ended = 0;        // parts that are out
  flow::SeriesId series{};   // of its start; until that comes, of its first event
  flow::SeriesId completed_series{};
  uint16_t flow_id = 0;  // FlowId; kFlowsMax fits
  bool of_ends = false;  // It gathers ends, not parts.

  flow::FlowId flow() const { return flow::FlowId(flow_id); }
  bool HasStart() const { return start != kNoTime; }
  Time Origin() const { return std::max(start, not_before); }
  // Parts that are not out: of those expected, or of those known.
  uint32_t CountMissing() const;

  // Null if it was never heard of. Valid until the next AddPart.
  Part* FindPart(std::string_view id);
  const Part* FindPart(std::string_view id) const { return const_cast<GatheringKey*>(this)->FindPart(id); }
  Part& AddPart(std::string_view id, journal::Sequence sequence_of_row);
  // Of a key that gathers ends: these, the earliest first. Valid until the next AddPart.
  std::vector<Part*> EndsByTime();
  // What waits for the start: each end, or the fan-out as one.
  uint64_t EarlyWaiting() const { return HasStart() ? 0 : of_ends ? parts.size() : 1; }
  void SetStart(const RoutedEvent& event);
  // Takes over one mark of `part` or of the key.
  void DeclarePart(Part& part, Time time);
  void EndPart(Part& part, const Ending& end);
  void Complete(const Ending& completion);
  // Of a fan-out that matched: that of the part which was out last; of an empty one its completion.
  Ending End() const;
};

// What is to become of a key at a clock.
enum class Verdict : uint8_t {
  kWaits,
  kMatched,
  kExpired,
  kAbandoned,  // its start never came
};
Verdict Judge(const GatheringKey& key, const flow::Rules& rules, Time clock);
// Unless an event comes, the verdict is kWaits until the clock has passed this.
Time DueAt(const GatheringKey& key, const flow::Rules& rules);

// What was missing of a fan-out when it expired. A value.
struct MissingParts {
  static constexpr size_t kIdsMax = 3;

  uint32_t count = 0;
  Time last_progress{};  // latest time of any event before it expired
  std::string ids;       // the first kIdsMax of those known: a byte of length and the id, each

  static MissingParts Of(const GatheringKey& key);
  std::vector<std::string> Ids() const;
  // What it takes in memory besides its place in a table; bytes.
  size_t heap_bytes() const { return ids.capacity(); }
};

}  // namespace oneway::join
