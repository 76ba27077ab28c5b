// SPDX-License-Identifier: Apache-2.0
//
// A life from its start to its closing: open keys, and starts of absent ones.
#include <utility>

#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {

using ledger::Counter;

// semantics: match, early, stage. Ends and stages of this life may wait for it, and are judged as though they came now.
event::Outcome JoinEngine::Open(const RoutedEvent& start, Decisions& decisions) {
  const EarlyKey* early = FindEarly(start.fingerprint, decisions);
  if (early == nullptr ? IsTooLate(start) : IsTooLate(start, early->Span())) return kTooLate;
  const StagedKey* staged = FindWaitingStages(start.fingerprint, decisions);
  if (early == nullptr && staged == nullptr && IsFull()) return kTryLater;
  EventSpan span{start.time, start.time};
  if (staged != nullptr) span = span.With(staged->Span());
  const WaitingEnds ends = TakeEnds(start, span, decisions);
  // A life takes the place of an end that waited for it. Not so with generations: since such an end came, a life of a
  // lower one may have come and gone, whose row lies higher; restoring would take that for the younger.
  const bool takes_place = !ends.empty() && start.generation == 0;
  OpenKey& key = AddOpenKey(start, takes_place ? ends.front().sequence : sequences_.Take(), span, decisions);
  if (!takes_place) {
    PackedKey::Room room;
    decisions.rows.PutNew(key.sequence, StartRow(key, room, SlotOf(key.fingerprint).UncommonOf(key), clock_));
    stretches_.Add(key.sequence);
  }
  CountWaitingStages(key, decisions);
  if (!ends.empty()) {
    EndByWaiting(key, KeptKey(start), ends, decisions);
  } else {
    File(key);
  }
  return kApplied;
}

// semantics: gen. The older life is over; the key goes on at the same place of the journal.
event::Outcome JoinEngine::Supersede(OpenKey& key, const RoutedEvent& start, Decisions& decisions) {
  Slot& slot = SlotOf(key.fingerprint);
  const EventSpan span = slot.SpanOf(key);
  if (IsTooLate(start, span)) return kTooLate;
  decisions.counts.push_back(CountOf(Counter::kSuperseded, key, start.time));
  Tell(Decided::kSuperseded, key, decisions);
  --FiguresOf(key.flow()).open;
  const journal::Sequence sequence = key.sequence;
  DropStages(key.fingerprint, decisions);
  slot.Remove(key);
  BeginAgain(start, sequence, span.With(start.time), decisions);
  return kApplied;
}

// semantics: reuse
event::Outcome JoinEngine::Reopen(ClosedKey& key, const RoutedEvent& start, Decisions& decisions) {
  Slot& slot = SlotOf(key.fingerprint);
  const EventSpan span = slot.SpanOf(key);
  if (IsTooLate(start, span)) return kTooLate;
  if (IsFull()) return kTryLater;
  const journal::Sequence sequence = key.sequence;
  slot.Remove(key);
  BeginAgain(start, sequence, span.With(start.time), decisions);
  return kApplied;
}

// A life that takes over the row of the one before. It is remembered for as long as any event of either may come again.
void JoinEngine::BeginAgain(const RoutedEvent& start, journal::Sequence sequence, EventSpan span,
                            Decisions& decisions) {
  const WaitingEnds ends = TakeEnds(start, span, decisions);
  OpenKey& key = AddOpenKey(start, sequence, span, decisions);
  if (!ends.empty()) return EndByWaiting(key, KeptKey(start), ends, decisions);
  Put(key, decisions);
  File(key);
}

// semantics: dup, restart
event::Outcome JoinEngine::OnStartOfOpenKey(OpenKey& key, const RoutedEvent& start, Decisions& decisions) {
  if (start.time == key.start) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, key, start.time));
    return kDuplicate;
  }
  Slot& slot = SlotOf(key.fingerprint);
  const EventSpan span = slot.SpanOf(key);
  if (IsTooLate(start, span)) return kTooLate;
  decisions.counts.push_back(CountOf(Counter::kRepeatedStart, key, start.time));

  const bool keeps_earliest = rules_.Of(key.flow()).start == flow::StartPolicy::kEarliest;
  const bool replaces = keeps_earliest ? start.time < key.start : start.time > key.start;
  if (!replaces && span == span.With(start.time)) return kApplied;
  if (replaces) {
    SetStart(key, start, span.With(start.time));
  } else {
    slot.SetSpan(key, span.With(start.time));
  }
  Put(key, decisions);
  if (replaces) File(key);  // Its deadline may have moved ahead.
  return kApplied;
}

event::Outcome JoinEngine::OnEndOfOpenKey(OpenKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (IsTooLate(end, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  End(key, {.time = end.time, .series = end.series, .key = KeptKey(end)}, decisions);
  return kApplied;
}

OpenKey& JoinEngine::AddOpenKey(const RoutedEvent& start, journal::Sequence sequence, const EventSpan& span,
                                Decisions& decisions) {
  ++FiguresOf(start.flow).open;
  OpenKey& key = SlotOf(start.fingerprint)
                     .Add(OpenKey{.fingerprint = start.fingerprint,
                                  .sequence = sequence,
                                  .start = start.time,
                                  .series = start.series,
                                  .flow_id = static_cast<uint16_t>(start.flow),
                                  .key = PackedKey(KeptKey(start))});
  const bool is_common = start.generation == 0 && start.not_before <= start.time && span == key.ImpliedSpan();
  if (!is_common) SetStart(key, start, span);
  decisions.counts.push_back(CountOf(Counter::kStarted, key, key.start));
  Tell(Decided::kStarted, key, decisions);
  return key;
}

void JoinEngine::SetStart(OpenKey& key, const RoutedEvent& start, const EventSpan& span) {
  key.start = start.time;
  key.series = start.series;
  SlotOf(key.fingerprint)
      .SetUncommon(key, {.span = span,
                         .generation = start.generation,
                         .not_before = start.not_before > start.time ? start.not_before : kNoTime});
}

// Decided by the end's own time, not by when it reached us: a slow route must not turn a good flow into a late one.
ClosedKey& JoinEngine::End(OpenKey& key, const Ending& end, Decisions& decisions) {
  if (end.time <= DeadlineOf(key)) return Match(key, end, decisions);
  ClosedKey& expired = Expire(key, decisions);
  CountLate(expired, end, decisions);
  return expired;
}

// semantics: match, neg, labels
ClosedKey& JoinEngine::Match(OpenKey& key, const Ending& end, Decisions& decisions) {
  key.series = series_.Of(key.series, end.series);
  const Duration latency = end.time - OriginOf(key);
  CountMatch(key, {.latency = latency, .end = end.time}, rules_.Of(key.flow()), decisions.counts);
  TellMatch(key, end.time, latency, decisions);
  NoteExemplar(key, latency, end.time, decisions);
  return Close(key, ClosedKey::Matched(key, end.time), decisions);
}

// semantics: expire
ClosedKey& JoinEngine::Expire(OpenKey& key, Decisions& decisions) {
  const Time deadline = DeadlineOf(key);
  decisions.counts.push_back(ExpiryOf(key, deadline, rules_.Of(key.flow())));
  Tell(Decided::kExpired, key, decisions);
  return Close(key, ClosedKey::Expired(key, deadline, rules_.Of(key.flow()).late_window), decisions);
}

ClosedKey& JoinEngine::Close(OpenKey& key, const ClosedKey& closed, Decisions& decisions) {
  --FiguresOf(key.flow()).open;
  DropStages(key.fingerprint, decisions);
  ClosedKey& kept = SlotOf(key.fingerprint).Close(key, closed);
  Put(kept, decisions);
  return kept;
}

}  // namespace oneway::join
