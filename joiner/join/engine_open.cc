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

event::Outcome JoinEngine::Open(const RoutedEvent& start, Decisions& decisions) {
  if (IsTooLate(start)) return kTooLate;
  if (IsFull()) return kTryLater;
  const OpenKey& key = AddOpenKey(start, sequences_.Take(), decisions);
  decisions.rows.PutNew(key.sequence, StartRow(key, key.ImpliedSpan(), clock_));
  stretches_.Add(key.sequence);
  File(key);
  return kApplied;
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
  if (replaces) key.start = start.time;
  slot.SetSpan(key, span.With(start.time));
  PutStart(key, decisions);
  if (replaces) File(key);  // Its deadline may have moved ahead.
  return kApplied;
}

event::Outcome JoinEngine::OnEndOfOpenKey(OpenKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (IsTooLate(end, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  End(key, end.time, decisions);
  return kApplied;
}

OpenKey& JoinEngine::AddOpenKey(const RoutedEvent& start, journal::Sequence sequence, Decisions& decisions) {
  ++FiguresOf(start.flow).open;
  OpenKey& key = SlotOf(start.fingerprint)
                     .Add(OpenKey{.fingerprint = start.fingerprint,
                                  .sequence = sequence,
                                  .start = start.time,
                                  .key = KeyBytes(start.key),
                                  .series = start.series,
                                  .flow_id = static_cast<uint16_t>(start.flow)});
  decisions.counts.push_back(CountOf(Counter::kStarted, key, key.start));
  return key;
}

// Decided by the end's own time, not by when it reached us: a slow route must not turn a good flow into a late one.
ClosedKey& JoinEngine::End(OpenKey& key, Time end, Decisions& decisions) {
  if (end <= DeadlineOf(key)) return Match(key, end, decisions);
  ClosedKey& expired = Expire(key, decisions);
  CountLate(expired, end, decisions);
  return expired;
}

// semantics: match, neg
ClosedKey& JoinEngine::Match(OpenKey& key, Time end, Decisions& decisions) {
  CountMatch(key, end, /*empty=*/false, decisions.counts);
  return Close(key, ClosedKey::Matched(key, end), decisions);
}

// semantics: expire
ClosedKey& JoinEngine::Expire(OpenKey& key, Decisions& decisions) {
  const Time deadline = DeadlineOf(key);
  decisions.counts.push_back(CohortCountOf(Counter::kExpired, key, deadline));
  return Close(key, ClosedKey::Expired(key, deadline + rules_.Of(key.flow()).late_window), decisions);
}

ClosedKey& JoinEngine::Close(OpenKey& key, const ClosedKey& closed, Decisions& decisions) {
  --FiguresOf(key.flow()).open;
  ClosedKey& kept = SlotOf(key.fingerprint).Close(key, closed);
  PutDone(kept, decisions);
  return kept;
}

}  // namespace oneway::join
