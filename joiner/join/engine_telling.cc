// SPDX-License-Identifier: Apache-2.0
//
// What is told of single keys to those who listen.
#include "joiner/join/engine.h"
#include "joiner/join/shown_key.h"

namespace oneway::join {
template <typename Key>
DecidedKey JoinEngine::Told(Decided what, const Key& key, Time end, Duration latency) const {
  PackedKey::Room room;
  return {.what = what,
          .fingerprint = key.fingerprint,
          .key = KeyBytes(ShownKey(ViewOf(key.key, room), rules_.Of(key.flow()))),
          .flow = key.flow(),
          .series = key.series,
          .start = key.start,
          .end = end,
          .latency = latency};
}
template DecidedKey JoinEngine::Told(Decided, const OpenKey&, Time, Duration) const;
template DecidedKey JoinEngine::Told(Decided, const GatheringKey&, Time, Duration) const;

// Closed keys do not keep their bytes: these come with the end.
void JoinEngine::TellLate(const ClosedKey& key, const Ending& end, Duration latency, Decisions& decisions) const {
  if (decisions.keys == nullptr) return;
  decisions.keys->push_back({.what = Decided::kLate,
                             .fingerprint = key.fingerprint,
                             .key = KeyBytes(ShownKey(end.key, rules_.Of(key.flow()))),
                             .flow = key.flow(),
                             .series = key.series,
                             .start = key.start,
                             .end = end.time,
                             .latency = latency});
}

void JoinEngine::TellOrphan(const hash::Fingerprint& fingerprint, std::string_view bytes, const ledger::Count& orphan,
                            Decisions& decisions) const {
  if (decisions.keys == nullptr) return;
  decisions.keys->push_back({.what = Decided::kOrphan,
                             .fingerprint = fingerprint,
                             .key = KeyBytes(ShownKey(bytes, rules_.Of(orphan.flow))),
                             .flow = orphan.flow,
                             .series = orphan.series,
                             .end = orphan.at});
}

}  // namespace oneway::join
