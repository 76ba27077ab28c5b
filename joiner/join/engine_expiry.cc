// SPDX-License-Identifier: Apache-2.0
//
// Keys that come due without an event.
#include "joiner/join/engine.h"

namespace oneway::join {

size_t JoinEngine::ExpireDue(size_t keys_max, Decisions& decisions) {
  ring_.Advance(clock_, [this](size_t slot, Time from) { FileSlot(slot, from); });
  for (size_t looked_at = 0; looked_at < keys_max; ++looked_at) {
    const std::optional<hash::Fingerprint> fingerprint = ring_.TakePassed();
    if (!fingerprint) return looked_at;
    CloseIfDue(*fingerprint, decisions);
  }
  return keys_max;
}

// The key may be gone since it was filed, or have taken a later deadline.
void JoinEngine::CloseIfDue(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  if (const OpenKey* key = FindOpen(fingerprint, decisions)) File(*key);
  if (const EarlyKey* key = FindEarly(fingerprint, decisions)) File(*key);
  if (const GatheringKey* key = FindGathering(fingerprint, decisions)) File(*key);
  if (const StagedKey* key = FindWaitingStages(fingerprint, decisions)) File(*key);
}

Time JoinEngine::GivenUpAfter(flow::FlowId flow, Time time) const {
  const flow::Rules& rules = rules_.Of(flow);
  // Solved for the clock: rules.Horizon(clock) > time.
  return rules.horizon_floor > time ? Time::min() : time + rules.retry_window;
}

void JoinEngine::FileSlot(size_t index, Time from) {
  const auto file = [this, index, from](const auto& key) {
    const Time due_at = DueAt(key);
    if (due_at >= from) ring_.File(index, due_at, key.fingerprint);
  };
  slots_[index].ForEachOpen(file);
  slots_[index].ForEachEarly(file);
  slots_[index].ForEachGathering(file);
  slots_[index].ForEachStaged([&](const StagedKey& key) {
    if (StagesWaitAlone(key, slots_[index])) file(key);
  });
}

}  // namespace oneway::join
