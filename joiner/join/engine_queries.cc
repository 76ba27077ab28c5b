// SPDX-License-Identifier: Apache-2.0
//
// What the engine tells about its keys.
#include "joiner/join/engine.h"

namespace oneway::join {
namespace {

KeyState StateOf(Closing closing) {
  switch (closing) {
    case Closing::kMatched:
      return KeyState::kMatched;
    case Closing::kExpired:
      return KeyState::kExpired;
    case Closing::kLate:
      break;
  }
  return KeyState::kLate;
}

KeyStory StoryOf(const ClosedKey& key) {
  KeyStory story{.state = StateOf(key.closing()), .started_at = key.start};
  if (!key.HasEnd()) return story;
  story.ended_at = key.end();
  story.latency = key.latency();
  return story;
}

}  // namespace

// The fingerprint says all; the flow is for shapes whose story needs its rules.
KeyStory JoinEngine::Find(const hash::Fingerprint& fingerprint, flow::FlowId /*flow*/) const {
  const Slot& slot = slots_[IndexOf(fingerprint)];
  if (const OpenKey* key = slot.open().Find(fingerprint)) {
    return {.state = KeyState::kOpen, .started_at = key->start, .deadline = DeadlineOf(*key)};
  }
  if (const EarlyKey* key = slot.early().Find(fingerprint)) {
    return {.state = KeyState::kEarly, .ended_at = key->ends.front().time};
  }
  const ClosedKey* key = slot.closed().Find(fingerprint);
  return key == nullptr || IsForgotten(*key, slot) ? KeyStory{} : StoryOf(*key);
}

std::vector<uint64_t> JoinEngine::CountOpen() const {
  std::vector<uint64_t> open(figures_.size());
  for (const Slot& slot : slots_) {
    slot.open().ForEach([&](const OpenKey& key) { ++open[key.flow_id]; });
  }
  return open;
}

const std::vector<FlowFigures>& JoinEngine::figures() const {
  return figures_;
}

uint64_t JoinEngine::open_keys() const {
  return sizes_.open_keys;
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
