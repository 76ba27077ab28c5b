// SPDX-License-Identifier: Apache-2.0
//
// Taking rows of the journal back. A life has one START row, or END rows, or one FANOUT row with PART rows, or one DONE
// row; until it is closed also a STAGE row for each of its stages. Besides there may be DONE rows of earlier lives of
// the key, which were forgotten but not removed yet; all rows of the newest life have higher sequences than those.
#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "joiner/join/engine.h"
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

absl::Status Contradiction(journal::Sequence sequence, const char* what) {
  return absl::DataLossError(absl::StrCat("row ", static_cast<uint64_t>(sequence), " of the journal ", what));
}

// Beyond all that are handed out: of a fan-out whose own row has not come yet.
constexpr journal::Sequence kNoSequence{UINT64_MAX};

bool HasHead(const GatheringKey& key) {
  return key.sequence != kNoSequence;
}

// Whether an end waits for the life of `row`, or one before: then that life cannot have begun since.
bool EndWaitsForOlder(const EarlyKey* key, const journal::Row& row, journal::Sequence below = kNoSequence) {
  return key != nullptr && std::any_of(key->ends.begin(), key->ends.end(), [&](const WaitingEnd& end) {
           return end.generation <= row.generation && end.sequence < below;
         });
}

bool HasRowBelow(const StagedKey& key, journal::Sequence sequence) {
  return std::any_of(key.marks.begin(), key.marks.end(),
                     [&](const StageMark& mark) { return mark.sequence < sequence; });
}

bool HasRowBelow(const GatheringKey& key, journal::Sequence sequence) {
  return key.sequence < sequence ||
         std::any_of(key.parts.begin(), key.parts.end(), [&](const Part& part) { return part.sequence < sequence; });
}

}  // namespace

absl::Status JoinEngine::Restore(journal::Sequence sequence, const journal::Row& row) {
  if (static_cast<uint32_t>(row.flow) >= flow::kFlowsMax)
    return Contradiction(sequence, "names a flow beyond all bounds");
  switch (row.kind) {
    case journal::RowKind::kStart:
      return RestoreStart(sequence, row);
    case journal::RowKind::kEnd:
      return RestoreEnd(sequence, row);
    case journal::RowKind::kMatched:
    case journal::RowKind::kExpired:
    case journal::RowKind::kLate:
    case journal::RowKind::kEmpty:
    case journal::RowKind::kStuck:
      return RestoreDone(sequence, row);
    case journal::RowKind::kFanout:
    case journal::RowKind::kEnds:
      return RestoreGathering(sequence, row);
    case journal::RowKind::kPart:
      return RestorePart(sequence, row);
    case journal::RowKind::kStage:
      return RestoreStage(sequence, row);
  }
  return Contradiction(sequence, "is of an unknown kind");
}

absl::Status JoinEngine::RestoreStart(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  if (slot.FindOpen(row.fingerprint) != nullptr || EndWaitsForOlder(slot.FindEarly(row.fingerprint), row) ||
      slot.FindGathering(row.fingerprint) != nullptr || !Supersedes(sequence, row)) {
    return Contradiction(sequence, "is a start of a key that has another row");
  }
  OpenKey& key = slot.Add(OpenKey{.fingerprint = row.fingerprint,
                                  .sequence = sequence,
                                  .start = row.time,
                                  .series = row.series,
                                  .flow_id = static_cast<uint16_t>(row.flow),
                                  .key = PackedKey(row.key)});
  slot.SetUncommon(key, UncommonOf(row));
  stretches_.Add(sequence);
  ++FiguresOf(row.flow).open;
  NoteStagesHaveStart(row);
  return absl::OkStatus();
}

absl::Status JoinEngine::RestoreEnd(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  EarlyKey* key = slot.FindEarly(row.fingerprint);
  const OpenKey* open = slot.FindOpen(row.fingerprint);
  if ((open != nullptr && slot.GenerationOf(*open) >= row.generation) ||
      slot.FindGathering(row.fingerprint) != nullptr || !Supersedes(sequence, row) ||
      (key != nullptr && key->Holds(row.time, row.generation))) {
    return Contradiction(sequence, "is a waiting end of a key that has another row");
  }
  if (key == nullptr) {
    key = &slot.Add(EarlyKey{.fingerprint = row.fingerprint, .key = KeyBytes(row.key), .flow = row.flow});
  }
  key->ends.insert(key->Place(row.time, row.generation),
                   {.time = row.time, .generation = row.generation, .sequence = sequence, .series = row.series});
  slot.NoteEnds(+1);
  stretches_.Add(sequence);
  ++FiguresOf(row.flow).early_waiting;
  return absl::OkStatus();
}

absl::Status JoinEngine::RestoreDone(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  const OpenKey* open = slot.FindOpen(row.fingerprint);
  const EarlyKey* early = slot.FindEarly(row.fingerprint);
  const GatheringKey* gathering = slot.FindGathering(row.fingerprint);
  const StagedKey* staged = slot.FindStaged(row.fingerprint);
  const bool has_younger_end = EndWaitsForOlder(early, row);
  if ((open != nullptr && open->sequence < sequence) || EndWaitsForOlder(early, row, sequence) ||
      (gathering != nullptr && HasRowBelow(*gathering, sequence)) ||
      (staged != nullptr && HasRowBelow(*staged, sequence))) {
    return Contradiction(sequence, "closes a key that has another row");
  }
  const bool forgotten =
      open != nullptr || has_younger_end || gathering != nullptr || staged != nullptr || !Supersedes(sequence, row);
  if (forgotten) return absl::OkStatus();
  ClosedKey& key = slot.Add(ClosedKey::Restored(sequence, row, rules_.Of(row.flow).late_window));
  slot.SetUncommon(key, UncommonOf(row));
  stretches_.Add(sequence);
  return absl::OkStatus();
}

absl::Status JoinEngine::RestoreGathering(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  const GatheringKey* known = slot.FindGathering(row.fingerprint);
  if (slot.FindOpen(row.fingerprint) != nullptr || slot.FindEarly(row.fingerprint) != nullptr ||
      !Supersedes(sequence, row) || (known != nullptr && HasHead(*known))) {
    return Contradiction(sequence, "is a fan-out of a key that has another row");
  }
  GatheringKey& key = FindOrAddHeadless(row);
  slot.SetKeyBytes(key, row.key);
  key.sequence = sequence;
  key.of_ends = row.kind == journal::RowKind::kEnds;
  key.series = row.series;
  key.start = row.time;
  key.not_before = row.not_before;
  key.expected = row.parts;
  if (row.second_time != kNoTime) {
    key.Complete({.time = row.second_time, .series = row.completed_series.value_or(row.series)});
  }
  key.span = key.span.With(row.earliest).With(row.latest);
  key.changed_at = std::max(key.changed_at, row.applied_at);
  --headless_;
  stretches_.Add(sequence);
  FlowFigures& figures = FiguresOf(row.flow);
  figures.open += key.HasStart();
  figures.early_waiting += key.EarlyWaiting();
  if (key.HasStart()) NoteStagesHaveStart(row);
  return absl::OkStatus();
}

absl::Status JoinEngine::RestorePart(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  const GatheringKey* known = slot.FindGathering(row.fingerprint);
  if (slot.FindOpen(row.fingerprint) != nullptr || slot.FindEarly(row.fingerprint) != nullptr ||
      !Supersedes(sequence, row) || (known != nullptr && known->FindPart(row.key) != nullptr)) {
    return Contradiction(sequence, "is a part of a key that has another row");
  }
  GatheringKey& key = FindOrAddHeadless(row);
  Part& part = slot.AddPart(key, row.key, sequence);
  part.series = row.series;
  if (row.time != kNoTime) key.DeclarePart(part, row.time);
  if (row.second_time != kNoTime) key.EndPart(part, {.time = row.second_time, .series = row.series});
  // The key's own row counts the parts that came before it.
  if (HasHead(key) && key.of_ends && !key.HasStart()) ++FiguresOf(row.flow).early_waiting;
  key.span = key.span.With(row.earliest).With(row.latest);
  key.changed_at = std::max(key.changed_at, row.applied_at);
  stretches_.Add(sequence);
  return absl::OkStatus();
}

// Stages wait as long as nothing says that the key has its start.
absl::Status JoinEngine::RestoreStage(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  const StagedKey* known = slot.FindStaged(row.fingerprint);
  if (!Supersedes(sequence, row) || (known != nullptr && known->Holds(row.key, row.time))) {
    return Contradiction(sequence, "is a stage of a key that has another row");
  }
  slot.AddMark(row.fingerprint, row.flow,
               {.id = KeyBytes(row.key), .time = row.time, .sequence = sequence, .series = row.series});
  stretches_.Add(sequence);
  const GatheringKey* gathering = slot.FindGathering(row.fingerprint);
  const bool has_start = slot.FindOpen(row.fingerprint) != nullptr || (gathering != nullptr && gathering->HasStart());
  FiguresOf(row.flow).early_waiting += !has_start;
  return absl::OkStatus();
}

void JoinEngine::NoteStagesHaveStart(const journal::Row& row) {
  const StagedKey* staged = SlotOf(row.fingerprint).FindStaged(row.fingerprint);
  if (staged != nullptr) FiguresOf(row.flow).early_waiting -= staged->marks.size();
}

// Rows come in any order, so a part may come before the row of its key.
GatheringKey& JoinEngine::FindOrAddHeadless(const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  if (GatheringKey* known = slot.FindGathering(row.fingerprint)) return *known;
  ++headless_;
  return slot.Add(GatheringKey{.fingerprint = row.fingerprint,
                               .sequence = kNoSequence,
                               .key = KeyBytes(""),
                               .span = {row.earliest, row.latest},
                               .series = row.series,
                               .flow_id = static_cast<uint16_t>(row.flow)});
}

absl::Status JoinEngine::FinishRestore() const {
  if (headless_ == 0) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the journal holds parts of ", headless_, " fan-outs, but not the rows of these"));
}

// Drops what a DONE row of an earlier life brought back. False if there is a DONE row of a later one. An end may wait
// for a life of a higher generation beside a key that is remembered.
bool JoinEngine::Supersedes(journal::Sequence sequence, const journal::Row& row) {
  Slot& slot = SlotOf(row.fingerprint);
  const ClosedKey* closed = slot.FindClosed(row.fingerprint);
  if (closed == nullptr) return true;
  if (row.kind == journal::RowKind::kEnd && slot.GenerationOf(*closed) < row.generation) return true;
  if (closed->sequence > sequence) return false;
  Forget(*closed);
  return true;
}

}  // namespace oneway::join
