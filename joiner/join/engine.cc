// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/engine.h"

#include <glog/logging.h>

#include <random>
#include <utility>

#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

uint64_t DrawSalt() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

}  // namespace

JoinEngine::JoinEngine(Options options, const flow::Registry& flows, journal::SequenceAllocator& sequences)
    : options_(std::move(options)),
      rules_(flows),
      series_(options_.complete_series),
      sequences_(sequences),
      ring_(options_.slots.size()),
      stretches_(options_.stretch_rows) {
  const uint64_t salt = DrawSalt();
  slot_index_.fill(kNoSlot);
  slots_.reserve(options_.slots.size());
  for (const hash::SlotId slot : options_.slots) {
    slot_index_[static_cast<uint16_t>(slot)] = static_cast<uint16_t>(slots_.size());
    slots_.emplace_back(salt, sizes_);
  }
}

JoinEngine::~JoinEngine() = default;

void JoinEngine::OpenCommit(Time joiner_clock, bool takes_new_keys) {
  CHECK(joiner_clock >= clock_) << "the joiner clock went back";
  clock_ = joiner_clock;
  takes_new_keys_ = takes_new_keys;
  if (!rules_.Refresh()) return;
  // Open keys take a new ttl at once, so any of them may be due now.
  ring_.Invalidate();
  series_.Forget();
}

event::Outcome JoinEngine::Apply(const RoutedEvent& event, Decisions& decisions) {
  if (event.kind == event::Kind::kStage) return ApplyStage(event, decisions);
  const flow::Rules& rules = rules_.Of(event.flow);
  const bool gathers = rules.shape == flow::Shape::kFanout || rules.ends == flow::Ends::kEvery;
  return gathers ? ApplyToGathering(event, decisions) : ApplyToPair(event, decisions);
}

event::Outcome JoinEngine::ApplyToPair(const RoutedEvent& event, Decisions& decisions) {
  const bool starts = event.kind == event::Kind::kStart;
  if (!starts && event.kind != event::Kind::kEnd) return kUnsupported;
  if (event.expected != 0) return kUnsupported;
  if (OpenKey* key = FindOpen(event.fingerprint, decisions)) return OnEventOfOpenKey(*key, event, decisions);
  // The flow may have been of another shape when the key began; then it ends as what it is, perhaps just now.
  const bool gathers = FindGathering(event.fingerprint, decisions) != nullptr;
  if (ClosedKey* key = FindRemembered(event.fingerprint)) return OnEventOfClosedKey(*key, event, decisions);
  if (gathers) return kUnsupported;
  return starts ? Open(event, decisions) : HoldEarly(event, decisions);
}

// semantics: gen
event::Outcome JoinEngine::OnEventOfOpenKey(OpenKey& key, const RoutedEvent& event, Decisions& decisions) {
  const bool starts = event.kind == event::Kind::kStart;
  const uint64_t generation = SlotOf(key.fingerprint).GenerationOf(key);
  if (event.generation < generation) return OnStaleEvent(key, event, decisions);
  if (event.generation > generation) return starts ? Supersede(key, event, decisions) : HoldEarly(event, decisions);
  return starts ? OnStartOfOpenKey(key, event, decisions) : OnEndOfOpenKey(key, event, decisions);
}

// semantics: gen
event::Outcome JoinEngine::OnEventOfClosedKey(ClosedKey& key, const RoutedEvent& event, Decisions& decisions) {
  const bool starts = event.kind == event::Kind::kStart;
  const uint64_t generation = SlotOf(key.fingerprint).GenerationOf(key);
  if (event.generation < generation) return OnStaleEvent(key, event, decisions);
  if (event.generation > generation) return starts ? Reopen(key, event, decisions) : HoldEarly(event, decisions);
  return starts ? OnStartOfClosedKey(key, event, decisions) : OnEndOfClosedKey(key, event, decisions);
}

OpenKey* JoinEngine::FindOpen(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  OpenKey* key = SlotOf(fingerprint).FindOpen(fingerprint);
  if (key == nullptr || !IsOverdue(*key)) return key;
  Expire(*key, decisions);
  return nullptr;
}

ClosedKey* JoinEngine::FindRemembered(const hash::Fingerprint& fingerprint) {
  Slot& slot = SlotOf(fingerprint);
  ClosedKey* key = slot.FindClosed(fingerprint);
  if (key == nullptr || !IsForgotten(*key, slot)) return key;
  Forget(*key);
  return nullptr;
}

EarlyKey* JoinEngine::FindEarly(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  EarlyKey* key = SlotOf(fingerprint).FindEarly(fingerprint);
  if (key == nullptr || !KeepsEndsAfterGivingUpPassed(*key, decisions)) return nullptr;
  return key;
}

bool JoinEngine::IsForgotten(const ClosedKey& key, const Slot& slot) const {
  if (HorizonOf(key.flow()) <= slot.SpanOf(key).latest) return false;
  return key.IsMatched() || clock_ > key.remember_until();
}

void JoinEngine::Put(const OpenKey& key, Decisions& decisions) {
  PackedKey::Room room;
  decisions.rows.Put(key.sequence, StartRow(key, room, SlotOf(key.fingerprint).UncommonOf(key), clock_));
}

void JoinEngine::Put(const ClosedKey& key, Decisions& decisions) {
  decisions.rows.Put(key.sequence, DoneRow(key, SlotOf(key.fingerprint).UncommonOf(key), clock_));
}

void JoinEngine::DropRow(journal::Sequence sequence, Decisions& decisions) {
  decisions.rows.Delete(sequence);
  stretches_.Remove(sequence);
}

void JoinEngine::PrefetchTags(const hash::Fingerprint& fingerprint) const {
  slots_[IndexOf(fingerprint)].PrefetchTags(fingerprint);
}

void JoinEngine::PrefetchKey(const hash::Fingerprint& fingerprint) const {
  slots_[IndexOf(fingerprint)].PrefetchKey(fingerprint);
}

FlowFigures& JoinEngine::FiguresOf(flow::FlowId flow) {
  const auto index = static_cast<uint32_t>(flow);
  if (index >= figures_.size()) figures_.resize(index + 1);
  return figures_[index];
}

}  // namespace oneway::join
