// SPDX-License-Identifier: Apache-2.0
//
// Ends that came before their start.
#include <algorithm>
#include <utility>

#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {

using ledger::Counter;

event::Outcome JoinEngine::HoldEarly(const RoutedEvent& end, Decisions& decisions) {
  if (IsTooLate(end)) return kTooLate;
  if (IsFull()) return kTryLater;
  EarlyKey& key =
      SlotOf(end.fingerprint).Add(EarlyKey{.fingerprint = end.fingerprint, .key = KeyBytes(end.key), .flow = end.flow});
  AddEnd(key, end, decisions);
  return kApplied;
}

// semantics: early, dup
event::Outcome JoinEngine::OnEndOfEarlyKey(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (key.Holds(end.time)) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, end));
    return kDuplicate;
  }
  if (IsTooLate(end, key.Span())) return kTooLate;
  if (key.ends.size() == EarlyKey::kEndsMax) {
    CountEndBeyondBound(key, end, decisions);
  } else {
    AddEnd(key, end, decisions);
  }
  return kApplied;
}

// semantics: early. The ends are judged as though they came now, one after another in the order of their times.
event::Outcome JoinEngine::OnStartOfEarlyKey(EarlyKey& early, const RoutedEvent& start, Decisions& decisions) {
  if (IsTooLate(start, early.Span())) return kTooLate;
  const WaitingEnds ends = TakeEnds(early);
  OpenKey& key = AddOpenKey(start, ends.front().sequence, decisions);
  ClosedKey& closed = End(key, ends.front().time, decisions);
  if (closed.closing() == Closing::kMatched) {
    decisions.counts.push_back(CountOf(Counter::kEarly, closed, closed.end()));
  }
  for (auto end = ends.begin() + 1; end != ends.end(); ++end) {
    decisions.rows.Delete(end->sequence);
    stretches_.Remove(end->sequence);
    CountExtra(closed, end->time, decisions);
  }
  return kApplied;
}

void JoinEngine::AddEnd(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  const WaitingEnd waiting{.time = end.time, .sequence = sequences_.Take(), .series = end.series};
  key.ends.insert(key.Place(end.time), waiting);
  SlotOf(key.fingerprint).NoteEnds(+1);
  ++FiguresOf(key.flow).early_waiting;
  decisions.rows.PutNew(waiting.sequence, EndRow(key, waiting, clock_));
  stretches_.Add(waiting.sequence);
  if (key.ends.front().time == end.time) File(key);
}

// Nobody sends so many ends but by mistake; they count, and do not wait. The latest of all takes the place of the
// latest that waits, so that the key is remembered as long as any event of it could come again.
void JoinEngine::CountEndBeyondBound(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  decisions.counts.push_back(CountOf(Counter::kExtraEnd, end));
  WaitingEnd& latest = key.ends.back();
  if (end.time < latest.time) return;
  latest.time = end.time;
  latest.series = end.series;
  decisions.rows.Put(latest.sequence, EndRow(key, latest, clock_));
}

// Ends the early life of `key`. Its rows are left to the caller.
WaitingEnds JoinEngine::TakeEnds(EarlyKey& key) {
  WaitingEnds ends = std::move(key.ends);
  Slot& slot = SlotOf(key.fingerprint);
  slot.NoteEnds(-static_cast<int64_t>(ends.size()));
  FiguresOf(key.flow).early_waiting -= ends.size();
  slot.Remove(key);
  return ends;
}

// semantics: early. Counts the ends that the horizon has passed as orphans. The key goes with its last end: then false.
bool JoinEngine::KeepsEndsAfterGivingUpPassed(EarlyKey& key, Decisions& decisions) {
  const auto kept = key.Place(HorizonOf(key.flow));
  const auto passed = kept - key.ends.begin();
  if (passed == 0) return true;

  for (auto end = key.ends.begin(); end != kept; ++end) {
    decisions.counts.push_back({.counter = Counter::kOrphan, .series = end->series, .flow = key.flow, .at = end->time});
    decisions.rows.Delete(end->sequence);
    stretches_.Remove(end->sequence);
  }
  key.ends.erase(key.ends.begin(), kept);
  SlotOf(key.fingerprint).NoteEnds(-passed);
  FiguresOf(key.flow).early_waiting -= static_cast<uint64_t>(passed);
  if (!key.ends.empty()) return true;
  SlotOf(key.fingerprint).Remove(key);
  return false;
}

}  // namespace oneway::join
