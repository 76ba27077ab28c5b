// SPDX-License-Identifier: Apache-2.0
//
// How a key that gathers ends.
#include "joiner/join/counting.h"
#include "joiner/join/engine.h"

namespace oneway::join {

using ledger::Counter;

GatheringKey* JoinEngine::FindGathering(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  GatheringKey* key = SlotOf(fingerprint).FindGathering(fingerprint);
  return key != nullptr && KeepsWaiting(*key, decisions) ? key : nullptr;
}

// Carries out the verdict on `key`; false when that ended its life.
bool JoinEngine::KeepsWaiting(GatheringKey& key, Decisions& decisions) {
  switch (Judge(key, rules_.Of(key.flow()), clock_)) {
    case Verdict::kWaits:
      return true;
    case Verdict::kMatched:
      Match(key, decisions);
      return false;
    case Verdict::kExpired:
      Expire(key, decisions);
      return false;
    case Verdict::kAbandoned:
      break;
  }
  Abandon(key, decisions);
  return false;
}

// semantics: close, empty, neg, labels
void JoinEngine::Match(GatheringKey& key, Decisions& decisions) {
  if (key.of_ends) return MatchEnds(key, decisions);
  const bool is_empty = key.parts.empty();
  const Ending end = key.End();
  key.series = series_.Of(key.series, end.series);
  const Duration latency = end.time - key.Origin();
  CountMatch(key, {.latency = latency, .end = end.time, .empty = is_empty}, rules_.Of(key.flow()), decisions.counts);
  if (is_empty) {
    Tell(Decided::kMatched, key, decisions, end.time, latency);
  } else {
    TellMatch(key, end.time, latency, decisions);
    NoteExemplar(key, latency, end.time, decisions);
  }
  Close(key, is_empty ? ClosedKey::Empty(key) : ClosedKey::Matched(key, end.time), nullptr, decisions);
}

// semantics: fexpire
ClosedKey& JoinEngine::Expire(const GatheringKey& key, Decisions& decisions) {
  const Time deadline = DeadlineOf(key);
  decisions.counts.push_back(ExpiryOf(key, deadline, rules_.Of(key.flow())));
  Tell(Decided::kExpired, key, decisions);
  auto missing = key.of_ends ? nullptr : std::make_shared<const MissingParts>(MissingParts::Of(key));
  return Close(key, ClosedKey::Expired(key, deadline, rules_.Of(key.flow()).late_window), std::move(missing),
               decisions);
}

// Its start never came. As long as any of its events might still be followed by the start, all are kept together.
void JoinEngine::Abandon(const GatheringKey& key, Decisions& decisions) {
  FiguresOf(key.flow()).early_waiting -= key.EarlyWaiting();
  if (key.of_ends) {
    for (const Part& end : key.parts) {
      decisions.counts.push_back(CountOf(Counter::kOrphan, series_.OfItself(end.series), key.flow(), end.ended));
      TellOrphan(key.fingerprint, key.key.view(), decisions.counts.back(), decisions);
    }
  } else {
    decisions.counts.push_back(CountOfGathering(Counter::kOrphan, key, key.span.latest));
    TellOrphan(key.fingerprint, key.key.view(), decisions.counts.back(), decisions);
  }
  AbandonStages(key.fingerprint, decisions);
  DropParts(key, decisions);
  decisions.rows.Delete(key.sequence);
  stretches_.Remove(key.sequence);
  SlotOf(key.fingerprint).Remove(key);
}

ClosedKey& JoinEngine::Close(const GatheringKey& key, const ClosedKey& closed,
                             std::shared_ptr<const MissingParts> missing, Decisions& decisions) {
  --FiguresOf(key.flow()).open;
  DropParts(key, decisions);
  DropStages(key.fingerprint, decisions);
  Uncommon uncommon{.span = key.span, .not_before = key.not_before, .missing = std::move(missing)};
  ClosedKey& kept = SlotOf(key.fingerprint).Close(key, closed, std::move(uncommon));
  Put(kept, decisions);
  return kept;
}

void JoinEngine::DropParts(const GatheringKey& key, Decisions& decisions) {
  for (const Part& part : key.parts) {
    decisions.rows.Delete(part.sequence);
    stretches_.Remove(part.sequence);
  }
}

}  // namespace oneway::join
