// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/slot.h"

namespace oneway::join {

OpenKey& Slot::Add(OpenKey key) {
  ++sizes_->open_keys;
  sizes_->heap_bytes += key.key.heap_bytes();
  return open_.Add(std::move(key));
}

EarlyKey& Slot::Add(EarlyKey key) {
  ++sizes_->early_keys;
  ++rare_keys_;
  sizes_->heap_bytes += key.key.heap_bytes();
  return early_.Add(std::move(key));
}

GatheringKey& Slot::Add(GatheringKey key) {
  ++sizes_->gathering_keys;
  ++rare_keys_;
  sizes_->heap_bytes += key.key.heap_bytes();
  return gathering_.Add(std::move(key));
}

Part& Slot::AddPart(GatheringKey& key, std::string_view id, journal::Sequence sequence) {
  Part& part = key.AddPart(id, sequence);
  ++sizes_->parts;
  sizes_->heap_bytes += part.id.heap_bytes();
  return part;
}

void Slot::SetKeyBytes(GatheringKey& key, std::string_view bytes) {
  sizes_->heap_bytes -= key.key.heap_bytes();
  key.key = KeyBytes(bytes);
  sizes_->heap_bytes += key.key.heap_bytes();
}

StagedKey& Slot::AddMark(const hash::Fingerprint& fingerprint, flow::FlowId flow, StageMark mark) {
  StagedKey* key = FindStaged(fingerprint);
  if (key == nullptr) {
    ++sizes_->staged_keys;
    ++rare_keys_;
    key = &staged_.Add(StagedKey{.fingerprint = fingerprint, .flow = flow});
  }
  ++sizes_->stage_marks;
  sizes_->heap_bytes += mark.id.heap_bytes();
  key->marks.insert(key->Place(mark.time), std::move(mark));
  return *key;
}

ClosedKey& Slot::Add(ClosedKey key) {
  ++sizes_->closed_keys;
  return closed_.Add(std::move(key));
}

void Slot::Remove(const OpenKey& key) {
  --sizes_->open_keys;
  sizes_->heap_bytes -= key.key.heap_bytes();
  if (key.is_uncommon) Drop(key.fingerprint);
  open_.Remove(key);
}

void Slot::Remove(const EarlyKey& key) {
  --sizes_->early_keys;
  --rare_keys_;
  sizes_->heap_bytes -= key.key.heap_bytes();
  early_.Remove(key);
}

void Slot::Remove(const GatheringKey& key) {
  --sizes_->gathering_keys;
  --rare_keys_;
  sizes_->parts -= key.parts.size();
  sizes_->heap_bytes -= key.key.heap_bytes();
  for (const Part& part : key.parts) sizes_->heap_bytes -= part.id.heap_bytes();
  gathering_.Remove(key);
}

void Slot::Remove(const StagedKey& key) {
  --sizes_->staged_keys;
  --rare_keys_;
  sizes_->stage_marks -= key.marks.size();
  for (const StageMark& mark : key.marks) sizes_->heap_bytes -= mark.id.heap_bytes();
  staged_.Remove(key);
}

void Slot::RemoveMark(StagedKey& key, size_t index) {
  const auto mark = key.marks.begin() + static_cast<std::ptrdiff_t>(index);
  --sizes_->stage_marks;
  sizes_->heap_bytes -= mark->id.heap_bytes();
  key.marks.erase(mark);
}

void Slot::Remove(const ClosedKey& key) {
  NoteRemoved(key);
  closed_.Remove(key);
}

ClosedKey& Slot::Close(const OpenKey& key, ClosedKey closed) {
  Uncommon uncommon = UncommonOf(key);
  Remove(key);
  return AddClosed(std::move(closed), std::move(uncommon));
}

ClosedKey& Slot::Close(const GatheringKey& key, ClosedKey closed, Uncommon uncommon) {
  Remove(key);
  return AddClosed(std::move(closed), std::move(uncommon));
}

ClosedKey& Slot::AddClosed(ClosedKey closed, Uncommon uncommon) {
  ClosedKey& kept = Add(std::move(closed));
  if (kept.HasEnd()) uncommon.span = uncommon.span.With(kept.end());
  SetUncommon(kept, std::move(uncommon));
  return kept;
}

void Slot::ShrinkWhenSparse() {
  open_.ShrinkWhenSparse();
  closed_.ShrinkWhenSparse();
  early_.ShrinkWhenSparse();
  gathering_.ShrinkWhenSparse();
  staged_.ShrinkWhenSparse();
}

void Slot::NoteRemoved(const ClosedKey& key) {
  --sizes_->closed_keys;
  if (key.is_uncommon) Drop(key.fingerprint);
}

void Slot::Keep(const hash::Fingerprint& fingerprint, Uncommon uncommon) {
  const auto [place, added] = uncommon_.try_emplace(fingerprint);
  sizes_->uncommon += added;
  sizes_->heap_bytes += uncommon.heap_bytes() - place->second.heap_bytes();
  place->second = std::move(uncommon);
}

void Slot::Drop(const hash::Fingerprint& fingerprint) {
  const auto place = uncommon_.find(fingerprint);
  --sizes_->uncommon;
  sizes_->heap_bytes -= place->second.heap_bytes();
  uncommon_.erase(place);
}

}  // namespace oneway::join
