// SPDX-License-Identifier: Apache-2.0
//
// Housekeeping: keys that nobody asks for any more, and rows that keep the journal's floor down.
#include <algorithm>

#include "joiner/join/engine.h"
#include "joiner/join/rows.h"

namespace oneway::join {

size_t JoinEngine::Walk(const WalkOptions& options, Decisions& decisions) {
  const size_t slots = std::min(options.slots_max, slots_.size());
  const bool relocates = options.rows_max > 0;
  Relocation relocation{.below = relocates ? options.relocate_below : journal::Sequence{0},
                        .rows_left = options.rows_max};
  for (size_t walked = 0; walked < slots; ++walked) {
    WalkSlot(slots_[walk_position_], relocation, decisions);
    // The slot may hold more rows to move: it is walked again next time.
    if (relocation.IsCutOff()) break;
    if (++walk_position_ == slots_.size()) FinishRound();
  }
  return options.rows_max - relocation.rows_left;
}

uint64_t JoinEngine::walk_rounds() const {
  return walk_rounds_;
}

void JoinEngine::WalkSlot(Slot& slot, Relocation& relocation, Decisions& decisions) {
  slot.RemoveClosedIf([&](ClosedKey& key) {
    if (IsForgotten(key, slot)) {
      stretches_.Remove(key.sequence);
      return true;
    }
    if (relocation.Moves(key.sequence)) {
      RelocateRow(key.sequence, DoneRow(key, slot.UncommonOf(key), clock_), relocation, decisions);
    }
    return false;
  });
  slot.ForEachOpen([&](OpenKey& key) {
    NoteOldest(key.flow(), key.start);
    if (relocation.Moves(key.sequence)) {
      PackedKey::Room room;
      RelocateRow(key.sequence, StartRow(key, room, slot.UncommonOf(key), clock_), relocation, decisions);
    }
  });
  slot.ForEachEarly([&](EarlyKey& key) {
    for (WaitingEnd& end : key.ends) {
      if (relocation.Moves(end.sequence)) RelocateRow(end.sequence, EndRow(key, end, clock_), relocation, decisions);
    }
  });
  slot.ForEachGathering([&](GatheringKey& key) {
    if (key.HasStart()) NoteOldest(key.flow(), key.start);
    if (relocation.Moves(key.sequence)) RelocateRow(key.sequence, GatheringRow(key), relocation, decisions);
    for (Part& part : key.parts) {
      if (relocation.Moves(part.sequence)) RelocateRow(part.sequence, PartRow(key, part), relocation, decisions);
    }
  });
  slot.ForEachStaged([&](StagedKey& key) {
    for (StageMark& mark : key.marks) {
      if (!relocation.Moves(mark.sequence)) continue;
      RelocateRow(mark.sequence, StageRow(key.fingerprint, key.flow, mark, clock_), relocation, decisions);
    }
  });
  slot.ShrinkWhenSparse();
}

void JoinEngine::RelocateRow(journal::Sequence& sequence, const journal::Row& row, Relocation& relocation,
                             Decisions& decisions) {
  const journal::Sequence moved = sequences_.Take();
  decisions.rows.PutNew(moved, row);
  decisions.rows.Delete(sequence);
  stretches_.Add(moved);
  stretches_.Remove(sequence);
  sequence = moved;
  --relocation.rows_left;
}

void JoinEngine::NoteOldest(flow::FlowId flow, Time start) {
  const auto index = static_cast<uint32_t>(flow);
  if (index >= walk_oldest_.size()) walk_oldest_.resize(index + 1);
  std::optional<Time>& oldest = walk_oldest_[index];
  if (!oldest || start < *oldest) oldest = start;
}

void JoinEngine::FinishRound() {
  walk_position_ = 0;
  ++walk_rounds_;
  walk_oldest_.resize(figures_.size());
  for (size_t flow = 0; flow < figures_.size(); ++flow) {
    figures_[flow].oldest_open = walk_oldest_[flow];
    walk_oldest_[flow].reset();
  }
}

}  // namespace oneway::join
