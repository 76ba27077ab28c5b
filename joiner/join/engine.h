// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "common/event/event.h"
#include "common/flow/registry.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/decisions.h"
#include "joiner/join/routed_event.h"
#include "joiner/journal/row.h"
#include "joiner/journal/sequence_allocator.h"

namespace oneway::join {

// What became of a key, for people who ask.
enum class KeyState : uint8_t { kAbsent, kOpen, kEarly, kMatched, kExpired, kLate };
struct KeyStory {
  KeyState state = KeyState::kAbsent;
  std::optional<Time> started_at;
  std::optional<Time> ended_at;
  std::optional<Duration> latency;   // kMatched, kLate
  std::optional<Time> deadline;      // kOpen
};

// Sizes by flow; index = FlowId.
struct FlowFigures {
  uint64_t open = 0;           // keys with a start that wait for their end
  uint64_t early_waiting = 0;  // ends that wait for their start
  std::optional<Time> oldest_open;  // smallest start as of the last full walk
};

// Decides what an event means for its key. Pure: no clock, no I/O, no thread of its own.
//
// Flow: ShardRunner opens a commit, applies events, expires, walks; the decisions go to journal and ledger in one commit.
// Threading: owned by the shard's thread.
class JoinEngine {
 public:
  struct Options {
    std::vector<hash::SlotId> slots;             // those of this shard
    uint64_t memory_bytes_max = UINT64_MAX;      // for open and closed keys; at it, events that would create a key: kRetryAfter
    uint64_t stretch_rows = uint64_t{1} << 20;   // rows are counted by stretches of so many sequences; a multiple of 4096
  };

  // `flows` and `sequences` outlive the engine.
  JoinEngine(Options options, const flow::Registry& flows, journal::SequenceAllocator& sequences);
  ~JoinEngine();

  // From now on everything is judged at `joiner_clock`, which never goes back.
  void OpenCommit(Time joiner_clock);

  // Applies one event and appends what must become durable to `decisions`.
  // Applying an event again changes nothing but an arrivals counter and answers kDuplicate: a resent batch is harmless.
  // The event's slot must be one of Options::slots (a bug otherwise).
  event::Outcome Apply(const RoutedEvent& event, Decisions& decisions);

  // Expires open keys that are due and gives up ends that waited too long, at most `keys_max` of them, oldest deadlines
  // first. Returns how many it handled; `keys_max` means there may be more.
  size_t ExpireDue(size_t keys_max, Decisions& decisions);

  // Walks the next `slots_max` slots of a round over all slots: forgets closed keys that the horizon has passed,
  // notes the oldest open start by flow, and moves rows that lie below `relocate_below` to new sequences, at most
  // `rows_max`. Returns rows moved.
  struct WalkOptions {
    size_t slots_max = 64;
    journal::Sequence relocate_below{};  // 0: nothing to move
    size_t rows_max = 256;
  };
  size_t Walk(const WalkOptions& options, Decisions& decisions);
  // Rounds of Walk completed so far.
  uint64_t walk_rounds() const;

  // Takes one row of the journal back; rows come in any order, each once, before the first OpenCommit. Counts nothing.
  absl::Status Restore(journal::Sequence sequence, const journal::Row& row);

  KeyStory Find(const hash::Fingerprint& fingerprint, flow::FlowId flow) const;

  // Open keys by FlowId, counted by walking the tables.
  std::vector<uint64_t> CountOpen() const;

  // Kept while running, by FlowId.
  const std::vector<FlowFigures>& figures() const;
  uint64_t open_keys() const;
  uint64_t closed_keys() const;
  uint64_t memory_bytes() const;
  // Rows of this shard that are live.
  uint64_t live_rows() const;
  // First sequence of the lowest stretch that holds a live row of this shard; none when there is no live row.
  std::optional<journal::Sequence> LowestLiveStretch() const;
};

}  // namespace oneway::join
