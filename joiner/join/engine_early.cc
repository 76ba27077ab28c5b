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
  if (EarlyKey* key = FindEarly(end.fingerprint, decisions)) return OnEndOfEarlyKey(*key, end, decisions);
  if (IsTooLate(end)) return kTooLate;
  if (IsFull() && FindWaitingStages(end.fingerprint, decisions) == nullptr) return kTryLater;
  EarlyKey& key = SlotOf(end.fingerprint)
                      .Add(EarlyKey{.fingerprint = end.fingerprint, .key = KeyBytes(KeptKey(end)), .flow = end.flow});
  AddEnd(key, end, decisions);
  return kApplied;
}

// semantics: early, dup
event::Outcome JoinEngine::OnEndOfEarlyKey(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (key.Holds(end.time, end.generation)) {
    decisions.counts.push_back(CountOfItself(Counter::kDuplicate, end));
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

// semantics: early. The ends that waited are judged one after another, in the order of their times.
void JoinEngine::EndByWaiting(OpenKey& key, std::string_view bytes, const WaitingEnds& ends, Decisions& decisions) {
  const journal::Sequence kept = key.sequence;
  const WaitingEnd& earliest = ends.front();
  ClosedKey& closed = End(key, {.time = earliest.time, .series = earliest.series, .key = bytes}, decisions);
  if (closed.closing() == Closing::kMatched) {
    decisions.counts.push_back(CountOf(Counter::kEarly, closed, closed.end()));
  }
  for (const WaitingEnd& end : ends) {
    if (end.sequence != kept) DropRow(end.sequence, decisions);
    if (&end != &earliest) CountExtra(closed, end.time, decisions);
  }
}

void JoinEngine::AddEnd(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  const WaitingEnd waiting{
      .time = end.time, .generation = end.generation, .sequence = sequences_.Take(), .series = end.series};
  key.ends.insert(key.Place(end.time, end.generation), waiting);
  SlotOf(key.fingerprint).NoteEnds(+1);
  ++FiguresOf(key.flow).early_waiting;
  decisions.rows.PutNew(waiting.sequence, EndRow(key, waiting, clock_));
  stretches_.Add(waiting.sequence);
  if (key.ends.front().time == end.time) File(key);
}

// Nobody sends so many ends but by mistake; they count, and do not wait. The latest of all takes the place of the
// latest that waits, so that the key is remembered as long as any event of it could come again.
void JoinEngine::CountEndBeyondBound(EarlyKey& key, const RoutedEvent& end, Decisions& decisions) {
  decisions.counts.push_back(CountOfItself(Counter::kExtraEnd, end));
  WaitingEnd& latest = key.ends.back();
  if (end.time < latest.time) return;
  latest.time = end.time;
  latest.generation = end.generation;
  latest.series = end.series;
  decisions.rows.Put(latest.sequence, EndRow(key, latest, clock_));
}

// semantics: early, gen. Takes the ends that waited for `start`, whose rows are left to the caller. Those of lower
// generations waited in vain, and widen `span`, which is that of the life; those of higher ones go on waiting.
WaitingEnds JoinEngine::TakeEnds(const RoutedEvent& start, EventSpan& span, Decisions& decisions) {
  WaitingEnds taken;
  EarlyKey* key = FindEarly(start.fingerprint, decisions);
  if (key == nullptr) return taken;
  WaitingEnds kept;
  for (const WaitingEnd& end : key->ends) {
    if (end.generation > start.generation) {
      kept.push_back(end);
    } else if (end.generation == start.generation) {
      taken.push_back(end);
    } else {
      decisions.counts.push_back(CountOf(Counter::kStale, series_.OfItself(end.series), key->flow, end.time));
      DropRow(end.sequence, decisions);
      span = span.With(end.time);
    }
  }
  const auto gone = static_cast<int64_t>(key->ends.size() - kept.size());
  Slot& slot = SlotOf(key->fingerprint);
  slot.NoteEnds(-gone);
  FiguresOf(key->flow).early_waiting -= static_cast<uint64_t>(gone);
  key->ends = std::move(kept);
  if (key->ends.empty()) slot.Remove(*key);
  return taken;
}

// semantics: early. Counts the ends that the horizon has passed as orphans. The key goes with its last end: then false.
bool JoinEngine::KeepsEndsAfterGivingUpPassed(EarlyKey& key, Decisions& decisions) {
  const auto kept = key.Place(HorizonOf(key.flow));
  const auto passed = kept - key.ends.begin();
  if (passed == 0) return true;

  for (auto end = key.ends.begin(); end != kept; ++end) {
    const flow::SeriesId series = series_.OfItself(end->series);
    decisions.counts.push_back(CountOf(Counter::kOrphan, series, key.flow, end->time));
    TellOrphan(key.fingerprint, key.key.view(), decisions.counts.back(), decisions);
    DropRow(end->sequence, decisions);
  }
  key.ends.erase(key.ends.begin(), kept);
  SlotOf(key.fingerprint).NoteEnds(-passed);
  FiguresOf(key.flow).early_waiting -= static_cast<uint64_t>(passed);
  if (!key.ends.empty()) return true;
  SlotOf(key.fingerprint).Remove(key);
  return false;
}

}  // namespace oneway::join
