// SPDX-License-Identifier: Apache-2.0
//
// What the engine tells about its keys.
#include <utility>

#include "joiner/join/engine.h"
#include "joiner/join/shown_key.h"

namespace oneway::join {
namespace {

KeyState StateOf(Closing closing) {
  switch (closing) {
    case Closing::kMatched:
    case Closing::kEmpty:
      return KeyState::kMatched;
    case Closing::kExpired:
      return KeyState::kExpired;
    case Closing::kLate:
      break;
  }
  return KeyState::kLate;
}

PartsStory StoryOf(const MissingParts& missing) {
  return {.missing = missing.count, .missing_ids = missing.Ids(), .last_progress = missing.last_progress};
}

KeyStory StoryOf(const ClosedKey& key, const Uncommon& uncommon) {
  KeyStory story{.state = StateOf(key.closing()), .started_at = key.start, .empty = key.closing() == Closing::kEmpty};
  if (uncommon.missing != nullptr && !key.HasEnd()) story.parts = StoryOf(*uncommon.missing);
  if (!key.HasEnd()) {
    story.deadline = key.deadline();
    return story;
  }
  story.ended_at = key.end();
  story.latency = key.end() - uncommon.Origin(key.start);
  return story;
}

KeyStory StoryOf(const GatheringKey& key) {
  KeyStory story{.state = key.HasStart() ? KeyState::kOpen : KeyState::kEarly, .parts = PartsOf(key)};
  if (key.HasStart()) story.started_at = key.start;
  return story;
}

}  // namespace

PartsStory PartsOf(const GatheringKey& key) {
  PartsStory parts = StoryOf(MissingParts::Of(key));
  parts.expected = key.expected;
  parts.known = static_cast<uint32_t>(key.parts.size());
  parts.ended = key.ended;
  if (key.completed != kNoTime) parts.completed_at = key.completed;
  return parts;
}

// The fingerprint says all; the flow is for shapes whose story needs its rules.
KeyStory JoinEngine::Find(const hash::Fingerprint& fingerprint, flow::FlowId /*flow*/) const {
  const Slot& slot = slots_[IndexOf(fingerprint)];
  if (const OpenKey* key = slot.open().Find(fingerprint)) {
    return {.state = KeyState::kOpen, .started_at = key->start, .deadline = DeadlineOf(*key)};
  }
  if (const GatheringKey* key = slot.gathering().Find(fingerprint)) {
    KeyStory story = StoryOf(*key);
    if (key->HasStart()) story.deadline = DeadlineOf(*key);
    return story;
  }
  const ClosedKey* closed = slot.closed().Find(fingerprint);
  if (closed != nullptr && !IsForgotten(*closed, slot)) return StoryOf(*closed, slot.UncommonOf(*closed));
  if (const EarlyKey* key = slot.early().Find(fingerprint)) {
    return {.state = KeyState::kEarly, .ended_at = key->ends.front().time};
  }
  if (slot.staged().Find(fingerprint) != nullptr) return {.state = KeyState::kEarly};
  return {};
}

void JoinEngine::VisitOpen(size_t slot, const std::function<void(const OpenKeyView&)>& visit) const {
  const auto show = [&](const auto& key, Time since, const GatheringKey* gathers) {
    const flow::Rules& rules = rules_.Of(key.flow());
    PackedKey::Room room;
    visit({.fingerprint = key.fingerprint,
           .key = ShownKey(ViewOf(key.key, room), rules),
           .flow = key.flow(),
           .series = key.series,
           .start = key.start,
           .since = since,
           .deadline = since + rules.ttl,
           .rules = rules,
           .gathers = gathers});
  };
  const Slot& shown = slots_[slot];
  shown.open().ForEach([&](const OpenKey& key) { show(key, shown.OriginOf(key), nullptr); });
  shown.gathering().ForEach([&](const GatheringKey& key) {
    if (key.HasStart()) show(key, key.Origin(), &key);
  });
}

std::vector<uint64_t> JoinEngine::CountOpen() const {
  std::vector<uint64_t> open(figures_.size());
  for (const Slot& slot : slots_) {
    slot.open().ForEach([&](const OpenKey& key) { ++open[key.flow_id]; });
    slot.gathering().ForEach([&](const GatheringKey& key) { open[key.flow_id] += key.HasStart(); });
  }
  return open;
}

const std::vector<FlowFigures>& JoinEngine::figures() const {
  return figures_;
}

uint64_t JoinEngine::open_keys() const {
  return sizes_.open_keys + sizes_.gathering_keys;
}

uint64_t JoinEngine::closed_keys() const {
  return sizes_.closed_keys;
}

uint64_t JoinEngine::memory_bytes() const {
  return sizes_.bytes();
}

uint64_t JoinEngine::live_rows() const {
  return stretches_.rows();
}

std::optional<journal::Sequence> JoinEngine::LowestLiveStretch() const {
  return stretches_.Lowest();
}

}  // namespace oneway::join
