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
  sizes_->heap_bytes += key.key.heap_bytes();
  return early_.Add(std::move(key));
}

FanoutKey& Slot::Add(FanoutKey key) {
  ++sizes_->fanout_keys;
  sizes_->heap_bytes += key.key.heap_bytes();
  return fanout_.Add(std::move(key));
}

Part& Slot::AddPart(FanoutKey& key, std::string_view id, journal::Sequence sequence) {
  Part& part = key.AddPart(id, sequence);
  ++sizes_->parts;
  sizes_->heap_bytes += part.id.heap_bytes();
  return part;
}

void Slot::SetKeyBytes(FanoutKey& key, std::string_view bytes) {
  sizes_->heap_bytes -= key.key.heap_bytes();
  key.key = KeyBytes(bytes);
  sizes_->heap_bytes += key.key.heap_bytes();
}

ClosedKey& Slot::Add(ClosedKey key) {
  ++sizes_->closed_keys;
  return closed_.Add(std::move(key));
}

void Slot::Remove(const OpenKey& key) {
  --sizes_->open_keys;
  sizes_->heap_bytes -= key.key.heap_bytes();
  if (key.span_stored) DropSpan(key.fingerprint);
  open_.Remove(key);
}

void Slot::Remove(const EarlyKey& key) {
  --sizes_->early_keys;
  sizes_->heap_bytes -= key.key.heap_bytes();
  early_.Remove(key);
}

void Slot::Remove(const FanoutKey& key) {
  --sizes_->fanout_keys;
  sizes_->parts -= key.parts.size();
  sizes_->heap_bytes -= key.key.heap_bytes();
  for (const Part& part : key.parts) sizes_->heap_bytes -= part.id.heap_bytes();
  fanout_.Remove(key);
}

void Slot::Remove(const ClosedKey& key) {
  NoteRemoved(key);
  closed_.Remove(key);
}

ClosedKey& Slot::Close(const OpenKey& key, ClosedKey closed) {
  const EventSpan span = SpanOf(key);
  Remove(key);
  return AddClosed(std::move(closed), span);
}

ClosedKey& Slot::Close(const FanoutKey& key, ClosedKey closed) {
  const EventSpan span = key.span;
  Remove(key);
  return AddClosed(std::move(closed), span);
}

ClosedKey& Slot::AddClosed(ClosedKey closed, const EventSpan& span) {
  ClosedKey& kept = Add(std::move(closed));
  SetSpan(kept, kept.HasEnd() ? span.With(kept.end()) : span);
  return kept;
}

const MissingParts* Slot::FindMissing(const ClosedKey& key) const {
  if (missing_parts_.empty() || key.closing() != Closing::kExpired) return nullptr;
  const auto found = missing_parts_.find(key.fingerprint);
  return found == missing_parts_.end() ? nullptr : &found->second;
}

void Slot::SetMissing(const hash::Fingerprint& fingerprint, MissingParts missing) {
  ++sizes_->missing_parts;
  sizes_->heap_bytes += missing.heap_bytes();
  missing_parts_.emplace(fingerprint, std::move(missing));
}

void Slot::ShrinkWhenSparse() {
  open_.ShrinkWhenSparse();
  closed_.ShrinkWhenSparse();
  early_.ShrinkWhenSparse();
  fanout_.ShrinkWhenSparse();
}

void Slot::NoteRemoved(const ClosedKey& key) {
  --sizes_->closed_keys;
  if (key.span_stored) DropSpan(key.fingerprint);
  if (missing_parts_.empty()) return;
  const auto missing = missing_parts_.find(key.fingerprint);
  if (missing == missing_parts_.end()) return;
  --sizes_->missing_parts;
  sizes_->heap_bytes -= missing->second.heap_bytes();
  missing_parts_.erase(missing);
}

void Slot::DropSpan(const hash::Fingerprint& fingerprint) {
  --sizes_->spans;
  spans_.erase(fingerprint);
}

}  // namespace oneway::join
