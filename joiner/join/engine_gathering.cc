// SPDX-License-Identifier: Apache-2.0
//
// Events of keys that gather: a life is the set of what was said about it, and is looked at again after each event.
#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

using event::Kind;
using ledger::Counter;

bool IsPart(Kind kind) {
  return kind == Kind::kPartStarted || kind == Kind::kPartEnded;
}

bool IsTaken(Kind kind, bool of_ends) {
  if (kind == Kind::kStart) return true;
  return of_ends ? kind == Kind::kEnd : kind == Kind::kCompleted || IsPart(kind);
}

// The time that the key keeps of the same kind of event; kNoTime if there was none.
Time HeldTime(const GatheringKey& key, const RoutedEvent& event) {
  if (event.kind == Kind::kStart) return key.start;
  if (event.kind == Kind::kCompleted) return key.completed;
  const Part* part = key.FindPart(event.id);
  if (part == nullptr) return kNoTime;
  return event.kind == Kind::kPartStarted ? part->declared : part->ended;
}

// Whether the event adds anything to the set of what is known. Of repeated marks of one kind the latest is kept.
bool Changes(const GatheringKey& key, const RoutedEvent& event, flow::StartPolicy policy) {
  if (event.expected > key.expected) return true;
  const bool keeps_earliest = event.kind == Kind::kStart && policy == flow::StartPolicy::kEarliest && key.HasStart();
  return keeps_earliest ? event.time < key.start : event.time > HeldTime(key, event);
}

bool HasRoomFor(const GatheringKey& key, const RoutedEvent& event) {
  return !(IsPart(event.kind) || event.kind == Kind::kEnd) || key.parts.size() < event::kPartsMax ||
         key.FindPart(event.id) != nullptr;
}

}  // namespace

event::Outcome JoinEngine::ApplyToGathering(const RoutedEvent& event, Decisions& decisions) {
  const bool of_ends = rules_.Of(event.flow).shape == flow::Shape::kPair;
  // Parts and end ids do not say to which life of a key they belong.
  if (!IsTaken(event.kind, of_ends) || event.generation != 0) return kUnsupported;
  if (GatheringKey* key = FindGathering(event.fingerprint, decisions)) {
    return key->of_ends == of_ends ? OnEventOfGathering(*key, event, decisions) : kUnsupported;
  }
  // The flow may have been of another shape when the key began; then it ends as what it is, perhaps just now.
  const bool is_pair = FindOpen(event.fingerprint, decisions) != nullptr;
  if (ClosedKey* key = FindRemembered(event.fingerprint)) {
    if (event.kind == Kind::kStart) return OnStartOfClosedKey(*key, event, decisions);
    // Which ends it had is gone with their rows, so none is known to be the same again.
    return of_ends ? OnFurtherEnd(*key, event, decisions) : OnPartOfClosedKey(*key, event, decisions);
  }
  if (is_pair || FindEarly(event.fingerprint, decisions) != nullptr) return kUnsupported;
  if (IsTooLate(event)) return kTooLate;
  if (IsFull() && FindWaitingStages(event.fingerprint, decisions) == nullptr) return kTryLater;
  return OnEventOfGathering(AddGathering(event, of_ends, decisions), event, decisions);
}

// semantics: dup, order
event::Outcome JoinEngine::OnEventOfGathering(GatheringKey& key, const RoutedEvent& event, Decisions& decisions) {
  if (HeldTime(key, event) == event.time) {
    decisions.counts.push_back(CountOfGathering(Counter::kDuplicate, key, event.time));
    return kDuplicate;
  }
  if (IsTooLate(event, key.span)) return kTooLate;
  if (!HasRoomFor(key, event)) return kTooManyParts;
  if (key.of_ends) return OnEventOfEnds(key, event, decisions);
  const Time due_before = DueAt(key);
  Take(key, event, decisions);
  if (KeepsWaiting(key, decisions) && DueAt(key) < due_before) File(key);
  return kApplied;
}

// semantics: latepart. A completion that comes after the last expected part closed the key is as it should be.
event::Outcome JoinEngine::OnPartOfClosedKey(ClosedKey& key, const RoutedEvent& event, Decisions& decisions) {
  if (IsTooLate(event, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  const bool is_late = IsPart(event.kind) || !key.IsMatched();
  if (is_late) decisions.counts.push_back(CountOf(Counter::kLatePart, key, event.time));
  Widen(key, event.time, decisions);
  return kApplied;
}

// Stages that waited alone go with the key from now on.
GatheringKey& JoinEngine::AddGathering(const RoutedEvent& first, bool of_ends, Decisions& decisions) {
  EventSpan span{first.time, first.time};
  if (const StagedKey* staged = FindWaitingStages(first.fingerprint, decisions)) span = span.With(staged->Span());
  GatheringKey& key = SlotOf(first.fingerprint)
                          .Add(GatheringKey{.fingerprint = first.fingerprint,
                                            .sequence = sequences_.Take(),
                                            .key = KeyBytes(KeptKey(first)),
                                            .span = span,
                                            .series = first.series,
                                            .flow_id = static_cast<uint16_t>(first.flow),
                                            .of_ends = of_ends});
  FiguresOf(first.flow).early_waiting += key.EarlyWaiting();
  decisions.rows.PutNew(key.sequence, GatheringRow(key));
  stretches_.Add(key.sequence);
  File(key);
  return key;
}

void JoinEngine::Take(GatheringKey& key, const RoutedEvent& event, Decisions& decisions) {
  const bool repeats = HeldTime(key, event) != kNoTime;
  const bool changes = Changes(key, event, rules_.Of(key.flow()).start);
  const bool widens = key.span != key.span.With(event.time);
  key.span = key.span.With(event.time);
  if (changes) key.changed_at = clock_;
  if (event.kind == Kind::kStart) TakeStart(key, event, decisions);
  if (event.kind == Kind::kCompleted) key.Complete({.time = event.time, .series = event.series});
  if (IsPart(event.kind) && changes) TakePart(key, event, decisions);
  TakeExpectation(key, event, decisions);
  // The row of a part cannot say that a mark was there before, or was not taken: the key's own row does, by its span.
  const bool is_said_by_part = IsPart(event.kind) && !repeats;
  const bool says_nothing_new = repeats && !changes && !widens;
  if (!is_said_by_part && !says_nothing_new) decisions.rows.Put(key.sequence, GatheringRow(key));
}

// semantics: restart
void JoinEngine::TakeStart(GatheringKey& key, const RoutedEvent& start, Decisions& decisions) {
  if (key.HasStart()) {
    decisions.counts.push_back(CountOf(Counter::kRepeatedStart, key, start.time));
    const bool keeps_earliest = rules_.Of(key.flow()).start == flow::StartPolicy::kEarliest;
    const bool replaces = keeps_earliest ? start.time < key.start : start.time > key.start;
    if (replaces) key.SetStart(start);
    return;
  }
  FlowFigures& figures = FiguresOf(key.flow());
  figures.early_waiting -= key.EarlyWaiting();
  ++figures.open;
  key.SetStart(start);
  decisions.counts.push_back(CountOf(Counter::kStarted, key, key.start));
  Tell(Decided::kStarted, key, decisions);
  CountWaitingStages(key, decisions);
}

// semantics: excess
void JoinEngine::TakeExpectation(GatheringKey& key, const RoutedEvent& event, Decisions& decisions) {
  if (event.expected == 0 || event.expected == key.expected) return;
  const auto known = static_cast<uint32_t>(key.parts.size());
  const uint32_t excess = key.expected != 0 ? 1 : known - std::min(known, event.expected);
  for (uint32_t i = 0; i < excess; ++i) {
    decisions.counts.push_back(CountOfGathering(Counter::kExcessPart, key, event.time));
  }
  key.expected = std::max(key.expected, event.expected);
}

// semantics: order, excess
void JoinEngine::TakePart(GatheringKey& key, const RoutedEvent& event, Decisions& decisions) {
  Part* part = key.FindPart(event.id);
  const bool is_new = part == nullptr;
  if (is_new) {
    part = &SlotOf(key.fingerprint).AddPart(key, event.id, sequences_.Take());
    part->series = event.series;
    stretches_.Add(part->sequence);
    const bool is_excess = key.expected != 0 && key.parts.size() > key.expected;
    if (is_excess) decisions.counts.push_back(CountOfGathering(Counter::kExcessPart, key, event.time));
  }
  if (event.kind == Kind::kPartStarted) {
    key.DeclarePart(*part, event.time);
  } else {
    key.EndPart(*part, {.time = event.time, .series = event.series});
  }
  if (is_new) {
    decisions.rows.PutNew(part->sequence, PartRow(key, *part));
  } else {
    decisions.rows.Put(part->sequence, PartRow(key, *part));
  }
}

}  // namespace oneway::join
