// SPDX-License-Identifier: Apache-2.0
//
// How a fan-out ends.
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

// semantics: close, empty, neg
void JoinEngine::Match(const GatheringKey& key, Decisions& decisions) {
  const bool is_empty = key.parts.empty();
  const Time end = is_empty ? key.completed : key.last_out;
  CountMatch(key, end - key.Origin(), end, is_empty, decisions.counts);
  Close(key, is_empty ? ClosedKey::Empty(key) : ClosedKey::Matched(key, end), nullptr, decisions);
}

// semantics: fexpire
void JoinEngine::Expire(const GatheringKey& key, Decisions& decisions) {
  const Time deadline = DeadlineOf(key);
  decisions.counts.push_back(CohortCountOf(Counter::kExpired, key, deadline));
  Close(key, ClosedKey::Expired(key, deadline + rules_.Of(key.flow()).late_window),
        std::make_shared<const MissingParts>(MissingParts::Of(key)), decisions);
}

// Its start never came. As long as any of its events might still be followed by the start, all are kept together.
void JoinEngine::Abandon(const GatheringKey& key, Decisions& decisions) {
  decisions.counts.push_back(CountOf(Counter::kOrphan, key, key.span.latest));
  --FiguresOf(key.flow()).early_waiting;
  DropParts(key, decisions);
  decisions.rows.Delete(key.sequence);
  stretches_.Remove(key.sequence);
  SlotOf(key.fingerprint).Remove(key);
}

void JoinEngine::Close(const GatheringKey& key, const ClosedKey& closed, std::shared_ptr<const MissingParts> missing,
                       Decisions& decisions) {
  --FiguresOf(key.flow()).open;
  DropParts(key, decisions);
  Uncommon uncommon{.span = key.span, .not_before = key.not_before, .missing = std::move(missing)};
  Put(SlotOf(key.fingerprint).Close(key, closed, std::move(uncommon)), decisions);
}

void JoinEngine::DropParts(const GatheringKey& key, Decisions& decisions) {
  for (const Part& part : key.parts) {
    decisions.rows.Delete(part.sequence);
    stretches_.Remove(part.sequence);
  }
}

}  // namespace oneway::join
