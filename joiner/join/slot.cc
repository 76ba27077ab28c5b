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

void Slot::Remove(const ClosedKey& key) {
  NoteRemoved(key);
  closed_.Remove(key);
}

ClosedKey& Slot::Close(const OpenKey& key, ClosedKey closed) {
  const EventSpan span = SpanOf(key);
  Remove(key);
  ClosedKey& kept = Add(std::move(closed));
  SetSpan(kept, kept.HasEnd() ? span.With(kept.end()) : span);
  return kept;
}

void Slot::ShrinkWhenSparse() {
  open_.ShrinkWhenSparse();
  closed_.ShrinkWhenSparse();
  early_.ShrinkWhenSparse();
}

void Slot::NoteRemoved(const ClosedKey& key) {
  --sizes_->closed_keys;
  if (key.span_stored) DropSpan(key.fingerprint);
}

void Slot::DropSpan(const hash::Fingerprint& fingerprint) {
  --sizes_->spans;
  spans_.erase(fingerprint);
}

}  // namespace oneway::join
