// SPDX-License-Identifier: Apache-2.0
//
// Pairs of which every end counts: each gives its latency at once, and the key stays open for further ones.
#include <algorithm>

#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {

using ledger::Counter;

// semantics: every
event::Outcome JoinEngine::OnEventOfEnds(GatheringKey& key, const RoutedEvent& event, Decisions& decisions) {
  const bool starts = event.kind == event::Kind::kStart;
  if (!starts && key.HasStart() && event.time > DeadlineOf(key)) return OnEndBeyondDeadline(key, event, decisions);
  const bool first_start = starts && !key.HasStart();
  const Time due_before = DueAt(key);
  const bool widens = key.span != key.span.With(event.time);
  const Time start_before = key.start;
  key.span = key.span.With(event.time);
  key.changed_at = clock_;
  if (starts) {
    TakeStart(key, event, decisions);
    key.expected = std::max(key.expected, event.expected);
  } else {
    TakeEnd(key, event, decisions);
  }
  if (starts ? widens || key.start != start_before || event.expected != 0 : widens) {
    decisions.rows.Put(key.sequence, GatheringRow(key));
  }
  if (first_start && !key.parts.empty()) {
    CountWaitingEnds(key, KeptKey(event), decisions);
    return kApplied;
  }
  if (KeepsWaiting(key, decisions) && DueAt(key) < due_before) File(key);
  return kApplied;
}

// semantics: every, late. The deadline has passed for all ends, so the key closes by those that it has.
event::Outcome JoinEngine::OnEndBeyondDeadline(GatheringKey& key, const RoutedEvent& end, Decisions& decisions) {
  return OnFurtherEnd(CloseEnds(key, decisions), end, decisions);
}

// Of one end id the first end to come counts; while they wait for the start, the earliest.
void JoinEngine::TakeEnd(GatheringKey& key, const RoutedEvent& end, Decisions& decisions) {
  if (Part* known = key.FindPart(end.id)) {
    decisions.counts.push_back(CountOfGathering(Counter::kExtraEnd, key, end.time));
    if (key.HasStart() || end.time > known->ended) return;
    known->ended = end.time;
    known->series = end.series;
    decisions.rows.Put(known->sequence, PartRow(key, *known));
    return;
  }
  Part& part = SlotOf(key.fingerprint).AddPart(key, end.id, sequences_.Take());
  stretches_.Add(part.sequence);
  key.EndPart(part, {.time = end.time, .series = end.series});
  decisions.rows.PutNew(part.sequence, PartRow(key, part));
  if (key.HasStart()) {
    CountEnd(key, part, decisions);
  } else {
    ++FiguresOf(key.flow()).early_waiting;
  }
}

// semantics: every, neg, labels. The labels of an end complete those of the start for this end alone.
void JoinEngine::CountEnd(const GatheringKey& key, const Part& end, Decisions& decisions) {
  const Duration latency = end.ended - key.Origin();
  ledger::Count count = CohortCountOf(Counter::kEnd, key, end.ended, latency);
  count.series = series_.Of(key.series, end.series);
  decisions.counts.push_back(count);
  NoteExemplar(key, latency, end.ended, decisions);
  if (latency >= Duration::zero()) return;
  count.counter = Counter::kNegative;
  count.latency = -latency;
  decisions.counts.push_back(count);
}

// The start has come. Ends in time count; if there is one beyond the deadline, that has passed.
void JoinEngine::CountWaitingEnds(GatheringKey& key, std::string_view bytes, Decisions& decisions) {
  const Time deadline = DeadlineOf(key);
  std::vector<Ending> beyond;
  for (const Part* end : key.EndsByTime()) {
    if (end->ended <= deadline) {
      CountEnd(key, *end, decisions);
    } else {
      beyond.push_back({.time = end->ended, .series = end->series, .key = bytes});
    }
  }
  if (beyond.empty()) {
    if (KeepsWaiting(key, decisions)) File(key);
    return;
  }
  Slot& slot = SlotOf(key.fingerprint);
  slot.RemovePartsIf(key, [&](const Part& end) {
    if (end.ended <= deadline) return false;
    DropRow(end.sequence, decisions);
    return true;
  });
  ClosedKey& closed = CloseEnds(key, decisions);
  for (const Ending& end : beyond) {
    if (closed.HasEnd()) {
      CountExtra(closed, end.time, decisions);
    } else {
      CountLate(closed, end, decisions);
    }
  }
}

ClosedKey& JoinEngine::CloseEnds(GatheringKey& key, Decisions& decisions) {
  const hash::Fingerprint fingerprint = key.fingerprint;
  if (key.ended == 0) return Expire(key, decisions);
  MatchEnds(key, decisions);
  return *SlotOf(fingerprint).FindClosed(fingerprint);
}

// semantics: every, labels. The ends have given their latencies already.
void JoinEngine::MatchEnds(GatheringKey& key, Decisions& decisions) {
  const std::vector<Part*> ends = key.EndsByTime();
  key.series = series_.Of(key.series, ends.front()->series);
  const Time last = ends.back()->ended;
  ledger::Count match = CohortCountOf(Counter::kMatched, key, last, ends.front()->ended - key.Origin());
  match.of_ends = true;
  match.attainment = AttainmentOf(rules_.Of(key.flow()), match.latency);
  match.last_latency = last - key.Origin();
  decisions.counts.push_back(match);
  TellMatch(key, last, match.last_latency, decisions);
  Close(key, ClosedKey::Matched(key, last), nullptr, decisions);
}

}  // namespace oneway::join
