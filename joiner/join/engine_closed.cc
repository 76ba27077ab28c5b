// SPDX-License-Identifier: Apache-2.0
//
// Events of keys whose outcome is final.
#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {

using ledger::Counter;

// semantics: dup, reuse
event::Outcome JoinEngine::OnStartOfClosedKey(ClosedKey& key, const RoutedEvent& start, Decisions& decisions) {
  if (start.time == key.start) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, key, start.time));
    return kDuplicate;
  }
  if (IsTooLate(start, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  decisions.counts.push_back(CountOf(Counter::kReusedKey, key, start.time));
  Widen(key, start.time, decisions);
  return kApplied;
}

// semantics: dup, late, extra
event::Outcome JoinEngine::OnEndOfClosedKey(ClosedKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (key.HasEnd() && end.time == key.end()) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, key, end.time));
    return kDuplicate;
  }
  return OnFurtherEnd(key, end, decisions);
}

event::Outcome JoinEngine::OnFurtherEnd(ClosedKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (IsTooLate(end, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  if (key.HasEnd()) {
    CountExtra(key, end.time, decisions);
  } else {
    CountLate(key, {.time = end.time, .series = end.series, .key = KeptKey(end)}, decisions);
  }
  return kApplied;
}

// semantics: late, labels
void JoinEngine::CountLate(ClosedKey& key, const Ending& end, Decisions& decisions) {
  const Time deadline = key.deadline();
  Slot& slot = SlotOf(key.fingerprint);
  Uncommon uncommon = slot.UncommonOf(key);
  uncommon.span = uncommon.span.With(end.time);
  const Duration latency = end.time - uncommon.Origin(key.start);
  key.BecomeLate(end.time);
  key.series = series_.Of(key.series, end.series);
  slot.SetUncommon(key, std::move(uncommon));
  Put(key, decisions);
  decisions.counts.push_back(CohortCountOf(Counter::kLate, key, end.time, latency));
  TellLate(key, end, latency, decisions);
  if (end.time <= deadline) decisions.counts.push_back(CountOf(Counter::kLateArrival, key, end.time));
}

void JoinEngine::CountExtra(ClosedKey& key, Time end, Decisions& decisions) {
  decisions.counts.push_back(CountOf(Counter::kExtraEnd, key, end));
  Widen(key, end, decisions);
}

// semantics: gen
template <typename Key>
event::Outcome JoinEngine::OnStaleEvent(Key& key, const RoutedEvent& event, Decisions& decisions) {
  if (IsTooLate(event, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  decisions.counts.push_back(CountOf(Counter::kStale, key, event.time));
  Widen(key, event.time, decisions);
  return kApplied;
}
template event::Outcome JoinEngine::OnStaleEvent(OpenKey&, const RoutedEvent&, Decisions&);
template event::Outcome JoinEngine::OnStaleEvent(ClosedKey&, const RoutedEvent&, Decisions&);

// Every event of a life moves the point up to which it is remembered, or else a retry could begin another life.
template <typename Key>
void JoinEngine::Widen(Key& key, Time time, Decisions& decisions) {
  Slot& slot = SlotOf(key.fingerprint);
  const EventSpan span = slot.SpanOf(key);
  if (span == span.With(time)) return;
  slot.SetSpan(key, span.With(time));
  Put(key, decisions);
}
template void JoinEngine::Widen(OpenKey&, Time, Decisions&);
template void JoinEngine::Widen(ClosedKey&, Time, Decisions&);

void JoinEngine::Widen(GatheringKey& key, Time time, Decisions& decisions) {
  if (key.span == key.span.With(time)) return;
  key.span = key.span.With(time);
  decisions.rows.Put(key.sequence, GatheringRow(key));
}

// Its row goes without a write: the TTL filter and the floor remove it, and restoring lets a younger row win.
void JoinEngine::Forget(const ClosedKey& key) {
  stretches_.Remove(key.sequence);
  SlotOf(key.fingerprint).Remove(key);
}

}  // namespace oneway::join
