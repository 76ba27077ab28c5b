// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glog/logging.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/event/event.h"
#include "common/flow/registry.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/counting.h"
#include "joiner/join/deadline_ring.h"
#include "joiner/join/decisions.h"
#include "joiner/join/ending.h"
#include "joiner/join/key_story.h"
#include "joiner/join/open_key_view.h"
#include "joiner/join/routed_event.h"
#include "joiner/join/rules_in_force.h"
#include "joiner/join/series_completion.h"
#include "joiner/join/slot.h"
#include "joiner/join/stretches.h"
#include "joiner/journal/row.h"
#include "joiner/journal/sequence_allocator.h"

namespace oneway::join {

// Sizes by flow; index = FlowId.
struct FlowFigures {
  uint64_t open = 0;                // keys with a start that wait for their end
  uint64_t early_waiting = 0;       // ends, stages and fan-outs that wait for their start
  std::optional<Time> oldest_open;  // smallest start as of the last full walk
};

// Decides what an event means for its key. Pure: no clock, no I/O, no thread of its own.
//
// Every event first brings its own key up to the joiner clock, so no outcome depends on how far expiry and walk have
// come: they only see to it that keys which nobody touches are closed and forgotten too.
//
// Flow: ShardRunner opens a commit, applies events, expires, walks; the decisions go to journal and ledger in one
// commit. Threading: owned by the shard's thread.
class JoinEngine {
 public:
  struct Options {
    std::vector<hash::SlotId> slots;  // those of this shard
    uint64_t memory_bytes_max =
        UINT64_MAX;  // for open and closed keys; at it, events that would create a key: kRetryAfter
    // Rows are counted by stretches of so many sequences; a multiple of 4096.
    uint64_t stretch_rows = uint64_t{1} << 20;
    // Without it labels of ends do not count.
    SeriesCompletion::Complete complete_series = [](flow::SeriesId start, flow::SeriesId /*carried*/) { return start; };
  };

  // `flows` and `sequences` outlive the engine.
  JoinEngine(Options options, const flow::Registry& flows, journal::SequenceAllocator& sequences);
  ~JoinEngine();
  JoinEngine(const JoinEngine&) = delete;
  JoinEngine& operator=(const JoinEngine&) = delete;

  // From now on everything is judged at `joiner_clock`, which never goes back (a bug otherwise), by the rules that are
  // published now. Without `takes_new_keys`, events that would create a key: kRetryAfter, as for want of memory.
  void OpenCommit(Time joiner_clock, bool takes_new_keys = true);

  // Applies one event and appends what must become durable to `decisions`.
  // Applying an event again changes nothing but an arrivals counter and answers kDuplicate: a resent batch is harmless.
  // The event's slot must be one of Options::slots (a bug otherwise).
  event::Outcome Apply(const RoutedEvent& event, Decisions& decisions);

  // To be called before event `i` of `count` is applied or restored: brings the memory that some of the next will touch
  // into the cache. fingerprint_at(i) is that of event i.
  template <typename FingerprintAt>
  void PrefetchAhead(size_t i, size_t count, FingerprintAt fingerprint_at) const {
    if (i + kSlotsAhead < count) PrefetchSlot(fingerprint_at(i + kSlotsAhead));
    if (i + kTagsAhead < count) PrefetchTags(fingerprint_at(i + kTagsAhead));
    if (i + kKeysAhead < count) PrefetchKey(fingerprint_at(i + kKeysAhead));
  }

  // Expires open keys that are due and gives up ends that waited too long; looks at no more than `keys_max` keys that
  // may be due, older deadlines first by about a second. Returns how many it looked at; `keys_max` means there may be
  // more. Lags less than a second behind the clock. Scans all open keys after a start, a reload of rules or a jump of
  // the clock.
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
  // Slots of a round.
  size_t slot_count() const { return slots_.size(); }

  // Takes one row of the journal back; rows come in any order, each once, before the first OpenCommit. Counts nothing.
  absl::Status Restore(journal::Sequence sequence, const journal::Row& row);
  // To be called after the last row. DATA_LOSS: rows are missing.
  absl::Status FinishRestore() const;

  KeyStory Find(const hash::Fingerprint& fingerprint, flow::FlowId flow) const;

  // Shows every key of slot number `slot` (below slot_count) that has its start and waits for its end, in no order.
  void VisitOpen(size_t slot, const std::function<void(const OpenKeyView&)>& visit) const;

  // Open keys by FlowId, counted by walking the tables.
  std::vector<uint64_t> CountOpen() const;

  // Kept while running, by FlowId.
  const std::vector<FlowFigures>& figures() const;
  uint64_t open_keys() const;  // fan-outs that wait for their start included
  uint64_t closed_keys() const;
  uint64_t memory_bytes() const;
  // Rows of this shard that are live.
  uint64_t live_rows() const;
  // First sequence of the lowest stretch that holds a live row of this shard; none when there is no live row.
  std::optional<journal::Sequence> LowestLiveStretch() const;

 private:
  // The life that an event meets, at the joiner clock; none where it just ended.
  OpenKey* FindOpen(const hash::Fingerprint& fingerprint, Decisions& decisions);
  ClosedKey* FindRemembered(const hash::Fingerprint& fingerprint);
  EarlyKey* FindEarly(const hash::Fingerprint& fingerprint, Decisions& decisions);
  GatheringKey* FindGathering(const hash::Fingerprint& fingerprint, Decisions& decisions);

  // Stages that wait for a start, without a key that gathers.
  StagedKey* FindWaitingStages(const hash::Fingerprint& fingerprint, Decisions& decisions);

  // What an event does to it.
  event::Outcome ApplyToPair(const RoutedEvent& event, Decisions& decisions);
  event::Outcome ApplyToGathering(const RoutedEvent& event, Decisions& decisions);
  event::Outcome ApplyStage(const RoutedEvent& stage, Decisions& decisions);
  event::Outcome OnEventOfOpenKey(OpenKey& key, const RoutedEvent& event, Decisions& decisions);
  event::Outcome OnEventOfClosedKey(ClosedKey& key, const RoutedEvent& event, Decisions& decisions);
  event::Outcome Open(const RoutedEvent& start, Decisions& decisions);
  event::Outcome HoldEarly(const RoutedEvent& end, Decisions& decisions);
  event::Outcome OnStartOfOpenKey(OpenKey& key, const RoutedEvent& start, Decisions& decisions);
  event::Outcome OnEndOfOpenKey(OpenKey& key, const RoutedEvent& end, Decisions& decisions);
  event::Outcome OnStartOfClosedKey(ClosedKey& key, const RoutedEvent& start, Decisions& decisions);
  event::Outcome OnEndOfClosedKey(ClosedKey& key, const RoutedEvent& end, Decisions& decisions);
  event::Outcome OnFurtherEnd(ClosedKey& key, const RoutedEvent& end, Decisions& decisions);
  event::Outcome OnEndOfEarlyKey(EarlyKey& key, const RoutedEvent& end, Decisions& decisions);
  event::Outcome Supersede(OpenKey& key, const RoutedEvent& start, Decisions& decisions);
  event::Outcome Reopen(ClosedKey& key, const RoutedEvent& start, Decisions& decisions);
  template <typename Key>
  event::Outcome OnStaleEvent(Key& key, const RoutedEvent& event, Decisions& decisions);
  event::Outcome OnEventOfGathering(GatheringKey& key, const RoutedEvent& event, Decisions& decisions);
  event::Outcome OnEventOfEnds(GatheringKey& key, const RoutedEvent& event, Decisions& decisions);
  event::Outcome OnEndBeyondDeadline(GatheringKey& key, const RoutedEvent& end, Decisions& decisions);
  event::Outcome OnPartOfClosedKey(ClosedKey& key, const RoutedEvent& event, Decisions& decisions);

  event::Outcome HoldStage(const RoutedEvent& stage, Decisions& decisions);
  template <typename Key>
  event::Outcome OnStageOfLife(Key& key, const RoutedEvent& stage, Decisions& decisions);
  event::Outcome OnStageOfClosedKey(ClosedKey& key, const RoutedEvent& stage, Decisions& decisions);

  // Steps of a life. Those that close a key consume the reference to it.
  OpenKey& AddOpenKey(const RoutedEvent& start, journal::Sequence sequence, const EventSpan& span,
                      Decisions& decisions);
  void SetStart(OpenKey& key, const RoutedEvent& start, const EventSpan& span);
  void BeginAgain(const RoutedEvent& start, journal::Sequence sequence, EventSpan span, Decisions& decisions);
  void EndByWaiting(OpenKey& key, std::string_view bytes, const WaitingEnds& ends, Decisions& decisions);
  ClosedKey& End(OpenKey& key, const Ending& end, Decisions& decisions);
  ClosedKey& Match(OpenKey& key, const Ending& end, Decisions& decisions);
  ClosedKey& Expire(OpenKey& key, Decisions& decisions);
  ClosedKey& Close(OpenKey& key, const ClosedKey& closed, Decisions& decisions);
  void CountLate(ClosedKey& key, const Ending& end, Decisions& decisions);
  void CountExtra(ClosedKey& key, Time end, Decisions& decisions);
  template <typename Key>
  void Widen(Key& key, Time time, Decisions& decisions);
  void Widen(GatheringKey& key, Time time, Decisions& decisions);
  void Forget(const ClosedKey& key);
  void AddEnd(EarlyKey& key, const RoutedEvent& end, Decisions& decisions);
  void CountEndBeyondBound(EarlyKey& key, const RoutedEvent& end, Decisions& decisions);
  WaitingEnds TakeEnds(const RoutedEvent& start, EventSpan& span, Decisions& decisions);
  void DropRow(journal::Sequence sequence, Decisions& decisions);
  bool KeepsEndsAfterGivingUpPassed(EarlyKey& key, Decisions& decisions);

  // Steps of a key that gathers.
  GatheringKey& AddGathering(const RoutedEvent& first, bool of_ends, Decisions& decisions);
  void Take(GatheringKey& key, const RoutedEvent& event, Decisions& decisions);
  void TakeStart(GatheringKey& key, const RoutedEvent& start, Decisions& decisions);
  void TakeExpectation(GatheringKey& key, const RoutedEvent& event, Decisions& decisions);
  void TakePart(GatheringKey& key, const RoutedEvent& event, Decisions& decisions);
  bool KeepsWaiting(GatheringKey& key, Decisions& decisions);
  void Match(GatheringKey& key, Decisions& decisions);
  ClosedKey& Expire(const GatheringKey& key, Decisions& decisions);
  void Abandon(const GatheringKey& key, Decisions& decisions);
  ClosedKey& Close(const GatheringKey& key, const ClosedKey& closed, std::shared_ptr<const MissingParts> missing,
                   Decisions& decisions);
  void DropParts(const GatheringKey& key, Decisions& decisions);
  void TakeEnd(GatheringKey& key, const RoutedEvent& end, Decisions& decisions);
  void CountEnd(const GatheringKey& key, const Part& end, Decisions& decisions);
  void CountWaitingEnds(GatheringKey& key, std::string_view bytes, Decisions& decisions);
  void MatchEnds(GatheringKey& key, Decisions& decisions);
  ClosedKey& CloseEnds(GatheringKey& key, Decisions& decisions);

  // Stages of a key.
  StagedKey& AddMark(const RoutedEvent& stage, Decisions& decisions);
  template <typename Key>
  void CountStage(const Key& key, flow::SeriesId series, Time time, Decisions& decisions);
  template <typename Key>
  void CountWaitingStages(const Key& key, Decisions& decisions);
  void AbandonStages(const hash::Fingerprint& fingerprint, Decisions& decisions);
  void DropStages(const hash::Fingerprint& fingerprint, Decisions& decisions);

  // Tells who listens what was decided of single keys: before the key is changed by it.
  template <typename Key>
  void Tell(Decided what, const Key& key, Decisions& decisions, Time end = kNoTime, Duration latency = {}) const {
    if (decisions.keys == nullptr) return;
    decisions.keys->push_back(Told(what, key, end, latency));
  }
  // Also what is slow.
  template <typename Key>
  void TellMatch(const Key& key, Time end, Duration latency, Decisions& decisions) const {
    if (decisions.slow != nullptr && latency >= Duration::zero() && decisions.slow->Picks(key.series, end, latency)) {
      decisions.slow->Pick(Told(Decided::kMatched, key, end, latency));
    }
    Tell(Decided::kMatched, key, decisions, end, latency);
  }
  template <typename Key>
  DecidedKey Told(Decided what, const Key& key, Time end, Duration latency) const;
  void TellLate(const ClosedKey& key, const Ending& end, Duration latency, Decisions& decisions) const;
  void TellOrphan(const hash::Fingerprint& fingerprint, std::string_view bytes, const ledger::Count& orphan,
                  Decisions& decisions) const;
  // Keeps the key as the latest of its flow and its bucket, where the flow shows such.
  template <typename Key>
  void NoteExemplar(const Key& key, Duration latency, Time end, Decisions& decisions) const {
    const flow::Exemplars shown = rules_.Of(key.flow()).exemplars;
    if (shown == flow::Exemplars::kNone || latency < Duration::zero()) return;
    PackedKey::Room room;
    decisions.exemplars.Put({.flow = key.flow(),
                             .latency = latency,
                             .end = end,
                             .fingerprint = key.fingerprint,
                             .key = shown == flow::Exemplars::kKey ? ViewOf(key.key, room) : std::string_view()});
  }

  // Judgement at the joiner clock.
  Time HorizonOf(flow::FlowId flow) const { return rules_.Of(flow).Horizon(clock_); }
  Time DeadlineOf(const OpenKey& key) const {
    return slots_[IndexOf(key.fingerprint)].OriginOf(key) + rules_.Of(key.flow()).ttl;
  }
  Time DeadlineOf(const GatheringKey& key) const { return key.Origin() + rules_.Of(key.flow()).ttl; }
  Time DueAt(const OpenKey& key) const { return DeadlineOf(key) + rules_.Of(key.flow()).arrival_grace; }
  Time DueAt(const EarlyKey& key) const { return GivenUpAfter(key.flow, key.ends.front().time); }
  Time DueAt(const StagedKey& key) const { return GivenUpAfter(key.flow, key.marks.front().time); }
  Time DueAt(const GatheringKey& key) const { return join::DueAt(key, rules_.Of(key.flow())); }
  // Until the clock has passed it, the horizon does not pass `time`.
  Time GivenUpAfter(flow::FlowId flow, Time time) const;
  bool StagesWaitAlone(const StagedKey& key, Slot& slot) const;
  bool IsOverdue(const OpenKey& key) const { return clock_ > DueAt(key); }
  bool IsForgotten(const ClosedKey& key, const Slot& slot) const;
  Time OriginOf(const OpenKey& key) const { return slots_[IndexOf(key.fingerprint)].OriginOf(key); }
  Time OriginOf(const GatheringKey& key) const { return key.Origin(); }
  EventSpan SpanOf(const OpenKey& key) const { return slots_[IndexOf(key.fingerprint)].SpanOf(key); }
  EventSpan SpanOf(const GatheringKey& key) const { return key.span; }
  // Of an event for an absent key, and for a life with that span.
  bool IsTooLate(const RoutedEvent& event) const { return event.time < HorizonOf(event.flow); }
  bool IsTooLate(const RoutedEvent& event, const EventSpan& span) const {
    return event.time < span.earliest && IsTooLate(event);
  }
  // What is stored of an event's key.
  std::string_view KeptKey(const RoutedEvent& event) const {
    return rules_.Of(event.flow).keys == flow::Keys::kHashed ? std::string_view() : event.key;
  }
  // No room for a further key, in memory or on disk.
  bool IsFull() const { return !takes_new_keys_ || memory_bytes() >= options_.memory_bytes_max; }

  // Counts of events that have no start to take a series from, and of a key that may have none.
  ledger::Count CountOfItself(ledger::Counter counter, const RoutedEvent& event) {
    return CountOf(counter, series_.OfItself(event.series), event.flow, event.time);
  }
  ledger::Count CountOfGathering(ledger::Counter counter, const GatheringKey& key, Time at) {
    return CountOf(counter, key.HasStart() ? key.series : series_.OfItself(key.series), key.flow(), at);
  }

  // Rows and the ring.
  void Put(const OpenKey& key, Decisions& decisions);
  void Put(const ClosedKey& key, Decisions& decisions);
  template <typename Key>
  void File(const Key& key) {
    ring_.File(IndexOf(key.fingerprint), DueAt(key), key.fingerprint);
  }
  void FileSlot(size_t index, Time from);
  void CloseIfDue(const hash::Fingerprint& fingerprint, Decisions& decisions);

  // The walk.
  struct Relocation {
    journal::Sequence below;
    size_t rows_left;
    bool Moves(journal::Sequence sequence) const { return rows_left > 0 && sequence < below; }
    bool IsCutOff() const { return rows_left == 0 && below > journal::Sequence{0}; }
  };
  void WalkSlot(Slot& slot, Relocation& relocation, Decisions& decisions);
  void FinishRound();
  void NoteOldest(flow::FlowId flow, Time start);
  void RelocateRow(journal::Sequence& sequence, const journal::Row& row, Relocation& relocation, Decisions& decisions);

  // Restoring.
  absl::Status RestoreStart(journal::Sequence sequence, const journal::Row& row);
  absl::Status RestoreEnd(journal::Sequence sequence, const journal::Row& row);
  absl::Status RestoreDone(journal::Sequence sequence, const journal::Row& row);
  absl::Status RestoreGathering(journal::Sequence sequence, const journal::Row& row);
  absl::Status RestorePart(journal::Sequence sequence, const journal::Row& row);
  absl::Status RestoreStage(journal::Sequence sequence, const journal::Row& row);
  void NoteStagesHaveStart(const journal::Row& row);
  GatheringKey& FindOrAddHeadless(const journal::Row& row);
  bool Supersedes(journal::Sequence sequence, const journal::Row& row);

  // Events between each step of fetching a key's memory and its use: long enough for a cache miss to be over.
  static constexpr size_t kSlotsAhead = 30;
  static constexpr size_t kTagsAhead = 20;
  static constexpr size_t kKeysAhead = 10;
  void PrefetchSlot(const hash::Fingerprint& fingerprint) const { FetchLine(&slots_[IndexOf(fingerprint)]); }
  void PrefetchTags(const hash::Fingerprint& fingerprint) const;
  void PrefetchKey(const hash::Fingerprint& fingerprint) const;

  size_t IndexOf(const hash::Fingerprint& fingerprint) const {
    const uint16_t index = slot_index_[static_cast<uint16_t>(hash::SlotOf(fingerprint))];
    CHECK(index != kNoSlot) << "a key of a slot that another shard owns";
    return index;
  }
  Slot& SlotOf(const hash::Fingerprint& fingerprint) { return slots_[IndexOf(fingerprint)]; }
  FlowFigures& FiguresOf(flow::FlowId flow);

  const Options options_;
  RulesInForce rules_;
  SeriesCompletion series_;
  journal::SequenceAllocator& sequences_;

  Time clock_{};
  bool takes_new_keys_ = true;
  TableSizes sizes_;
  static constexpr uint16_t kNoSlot = UINT16_MAX;
  std::array<uint16_t, hash::kSlotCount> slot_index_;  // in slots_, by SlotId; kNoSlot: another shard's
  std::vector<Slot> slots_;
  DeadlineRing ring_;
  Stretches stretches_;
  std::vector<FlowFigures> figures_;  // by FlowId
  size_t headless_ = 0;               // restored so far without their FANOUT row

  // The round of Walk under way.
  size_t walk_position_ = 0;  // in slots_
  uint64_t walk_rounds_ = 0;
  std::vector<std::optional<Time>> walk_oldest_;  // by FlowId
};

}  // namespace oneway::join
