// SPDX-License-Identifier: Apache-2.0
//
// Stages that a key passes between its start and its end. They belong to the life that is current when they come, and
// never change what becomes of it.
#include <utility>

#include "joiner/join/counting.h"
#include "joiner/join/engine.h"
#include "joiner/join/outcomes.h"
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

using ledger::Counter;

bool HasStart(const OpenKey& /*key*/) {
  return true;
}
bool HasStart(const GatheringKey& key) {
  return key.HasStart();
}

bool HasRoom(const StagedKey* key) {
  return key == nullptr || key->marks.size() < StagedKey::kMarksMax;
}

ledger::Count OrphanOf(const StagedKey& key, const StageMark& mark) {
  return {.counter = Counter::kOrphan, .series = mark.series, .flow = key.flow, .at = mark.time};
}

}  // namespace

// semantics: stage. Whatever the shape of the flow is now: the key ends as what it began.
event::Outcome JoinEngine::ApplyStage(const RoutedEvent& stage, Decisions& decisions) {
  // It belongs to whichever life is there.
  if (stage.generation != 0 || stage.expected != 0) return kUnsupported;
  if (OpenKey* key = FindOpen(stage.fingerprint, decisions)) return OnStageOfLife(*key, stage, decisions);
  if (GatheringKey* key = FindGathering(stage.fingerprint, decisions)) return OnStageOfLife(*key, stage, decisions);
  if (ClosedKey* key = FindRemembered(stage.fingerprint)) return OnStageOfClosedKey(*key, stage, decisions);
  return HoldStage(stage, decisions);
}

// semantics: stage, dup. Once the start is known the first of a stage to come counts; until then all wait, so that the
// earliest can count.
template <typename Key>
event::Outcome JoinEngine::OnStageOfLife(Key& key, const RoutedEvent& stage, Decisions& decisions) {
  const StagedKey* staged = SlotOf(stage.fingerprint).FindStaged(stage.fingerprint);
  if (staged != nullptr && staged->Holds(stage.id, stage.time)) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, stage));
    return kDuplicate;
  }
  if (IsTooLate(stage, SpanOf(key))) return kTooLate;
  const bool repeats = HasStart(key) && staged != nullptr && staged->Knows(stage.id);
  if (!repeats) {
    if (!HasRoom(staged)) return kTooManyParts;
    AddMark(stage, decisions);
    if (HasStart(key)) {
      CountStage(key, stage.series, stage.time, decisions);
    } else {
      ++FiguresOf(stage.flow).early_waiting;
    }
  }
  Widen(key, stage.time, decisions);
  return kApplied;
}

// semantics: stage. Which stages it had is gone with their rows, so none is known to be the same again.
event::Outcome JoinEngine::OnStageOfClosedKey(ClosedKey& key, const RoutedEvent& stage, Decisions& decisions) {
  if (IsTooLate(stage, SlotOf(key.fingerprint).SpanOf(key))) return kTooLate;
  decisions.counts.push_back(CountOf(Counter::kLateStage, stage));
  Widen(key, stage.time, decisions);
  return kApplied;
}

// semantics: stage, early. All that still waits is as young as the horizon or younger, so that alone says what is late.
event::Outcome JoinEngine::HoldStage(const RoutedEvent& stage, Decisions& decisions) {
  const StagedKey* staged = FindWaitingStages(stage.fingerprint, decisions);
  if (staged != nullptr && staged->Holds(stage.id, stage.time)) {
    decisions.counts.push_back(CountOf(Counter::kDuplicate, stage));
    return kDuplicate;
  }
  if (IsTooLate(stage)) return kTooLate;
  if (!HasRoom(staged)) return kTooManyParts;
  const bool is_known = staged != nullptr || FindEarly(stage.fingerprint, decisions) != nullptr;
  if (!is_known && IsFull()) return kTryLater;
  const StagedKey& key = AddMark(stage, decisions);
  ++FiguresOf(stage.flow).early_waiting;
  if (key.marks.front().time == stage.time) File(key);
  return kApplied;
}

StagedKey& JoinEngine::AddMark(const RoutedEvent& stage, Decisions& decisions) {
  StageMark mark{.id = KeyBytes(stage.id), .time = stage.time, .sequence = sequences_.Take(), .series = stage.series};
  decisions.rows.PutNew(mark.sequence, StageRow(stage.fingerprint, stage.flow, mark, clock_));
  stretches_.Add(mark.sequence);
  return SlotOf(stage.fingerprint).AddMark(stage.fingerprint, stage.flow, std::move(mark));
}

template <typename Key>
void JoinEngine::CountStage(const Key& key, flow::SeriesId series, Time time, Decisions& decisions) {
  ledger::Count count = CohortCountOf(Counter::kStage, key, time, time - OriginOf(key));
  count.series = series;
  decisions.counts.push_back(count);
}

// semantics: stage. The start has come: of each stage the earliest counts, and is kept.
template <typename Key>
void JoinEngine::CountWaitingStages(const Key& key, Decisions& decisions) {
  Slot& slot = SlotOf(key.fingerprint);
  StagedKey* staged = slot.FindStaged(key.fingerprint);
  if (staged == nullptr) return;
  FiguresOf(staged->flow).early_waiting -= staged->marks.size();
  for (size_t i = 0; i < staged->marks.size();) {
    const StageMark& mark = staged->marks[i];
    const bool repeats = staged->KnowsBefore(i, mark.id.view());
    if (repeats) {
      DropRow(mark.sequence, decisions);
      slot.RemoveMark(*staged, i);
    } else {
      CountStage(key, mark.series, mark.time, decisions);
      ++i;
    }
  }
}
template void JoinEngine::CountWaitingStages(const OpenKey&, Decisions&);
template void JoinEngine::CountWaitingStages(const GatheringKey&, Decisions&);

bool JoinEngine::StagesWaitAlone(const StagedKey& key, Slot& slot) const {
  return slot.FindOpen(key.fingerprint) == nullptr && slot.FindGathering(key.fingerprint) == nullptr;
}

// semantics: stage, early. Counts the waiting stages that the horizon has passed as orphans.
StagedKey* JoinEngine::FindWaitingStages(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  Slot& slot = SlotOf(fingerprint);
  StagedKey* key = slot.FindStaged(fingerprint);
  if (key == nullptr || !StagesWaitAlone(*key, slot)) return nullptr;
  const Time horizon = HorizonOf(key->flow);
  if (key->marks.back().time < horizon) {
    AbandonStages(fingerprint, decisions);
    return nullptr;
  }
  while (key->marks.front().time < horizon) {
    const StageMark& passed = key->marks.front();
    decisions.counts.push_back(OrphanOf(*key, passed));
    TellOrphan(fingerprint, {}, decisions.counts.back(), decisions);
    --FiguresOf(key->flow).early_waiting;
    DropRow(passed.sequence, decisions);
    slot.RemoveMark(*key, 0);
  }
  return key;
}

// Their start never came.
void JoinEngine::AbandonStages(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  const StagedKey* key = SlotOf(fingerprint).FindStaged(fingerprint);
  if (key == nullptr) return;
  for (const StageMark& mark : key->marks) {
    decisions.counts.push_back(OrphanOf(*key, mark));
    TellOrphan(fingerprint, {}, decisions.counts.back(), decisions);
  }
  FiguresOf(key->flow).early_waiting -= key->marks.size();
  DropStages(fingerprint, decisions);
}

// The life that they belong to is over, or never began.
void JoinEngine::DropStages(const hash::Fingerprint& fingerprint, Decisions& decisions) {
  Slot& slot = SlotOf(fingerprint);
  const StagedKey* key = slot.FindStaged(fingerprint);
  if (key == nullptr) return;
  for (const StageMark& mark : key->marks) DropRow(mark.sequence, decisions);
  slot.Remove(*key);
}

}  // namespace oneway::join
