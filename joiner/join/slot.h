// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "joiner/join/closed_key.h"
#include "joiner/join/early_key.h"
#include "joiner/join/event_span.h"
#include "joiner/join/fingerprint_hash.h"
#include "joiner/join/gathering_key.h"
#include "joiner/join/key_table.h"
#include "joiner/join/open_key.h"
#include "joiner/join/staged_key.h"
#include "joiner/join/uncommon.h"

namespace oneway::join {

// What the slots of one shard hold together.
struct TableSizes {
  // Upper bounds of what a key costs, its share of a hash table at its emptiest and of the deadline ring included,
  // where there are enough for the emptiness of small tables not to matter: a hundred thousand.
  static constexpr uint64_t kOpenKeyBytes = 160;
  static constexpr uint64_t kClosedKeyBytes = 120;
  static constexpr uint64_t kEarlyKeyBytes = 224;
  static constexpr uint64_t kWaitingEndBytes = 64;
  static constexpr uint64_t kUncommonBytes = 160;
  static constexpr uint64_t kGatheringKeyBytes = 448;
  static constexpr uint64_t kPartBytes = 128;
  static constexpr uint64_t kStagedKeyBytes = 288;
  static constexpr uint64_t kStageMarkBytes = 112;

  uint64_t open_keys = 0;
  uint64_t closed_keys = 0;
  uint64_t early_keys = 0;
  uint64_t waiting_ends = 0;
  uint64_t uncommon = 0;
  uint64_t gathering_keys = 0;
  uint64_t parts = 0;
  uint64_t staged_keys = 0;
  uint64_t stage_marks = 0;
  uint64_t heap_bytes = 0;  // of long keys and ids

  uint64_t bytes() const {
    return open_keys * kOpenKeyBytes + closed_keys * kClosedKeyBytes + early_keys * kEarlyKeyBytes +
           waiting_ends * kWaitingEndBytes + uncommon * kUncommonBytes + gathering_keys * kGatheringKeyBytes +
           parts * kPartBytes + staged_keys * kStagedKeyBytes + stage_marks * kStageMarkBytes + heap_bytes;
  }
};

// All keys of one slot. A fingerprint is in at most one of its tables, but its stages go with any, and ends of a higher
// generation wait beside an open or closed key. Small on its own, so that a table that grows holds nobody up.
//
// Threading: owned by the shard's thread.
class alignas(64) Slot {
 public:
  // `sizes` outlives the slot.
  Slot(uint64_t salt, TableSizes& sizes)
      : open_(salt),
        closed_(salt),
        sizes_(&sizes),
        early_(salt),
        gathering_(salt),
        staged_(salt),
        uncommon_(0, FingerprintHash{salt}) {}

  OpenKey* FindOpen(const hash::Fingerprint& fingerprint) { return open_.Find(fingerprint); }
  ClosedKey* FindClosed(const hash::Fingerprint& fingerprint) { return closed_.Find(fingerprint); }
  EarlyKey* FindEarly(const hash::Fingerprint& fingerprint) {
    return rare_keys_ == 0 ? nullptr : early_.Find(fingerprint);
  }
  GatheringKey* FindGathering(const hash::Fingerprint& fingerprint) {
    return rare_keys_ == 0 ? nullptr : gathering_.Find(fingerprint);
  }
  StagedKey* FindStaged(const hash::Fingerprint& fingerprint) {
    return rare_keys_ == 0 ? nullptr : staged_.Find(fingerprint);
  }
  const KeyTable<OpenKey>& open() const { return open_; }
  const KeyTable<ClosedKey>& closed() const { return closed_; }
  const KeyTable<EarlyKey>& early() const { return early_; }
  const KeyTable<GatheringKey>& gathering() const { return gathering_; }
  const KeyTable<StagedKey>& staged() const { return staged_; }

  OpenKey& Add(OpenKey key);
  EarlyKey& Add(EarlyKey key);          // without its ends
  GatheringKey& Add(GatheringKey key);  // without its parts
  Part& AddPart(GatheringKey& key, std::string_view id, journal::Sequence sequence);
  void SetKeyBytes(GatheringKey& key, std::string_view bytes);
  ClosedKey& Add(ClosedKey key);
  // Adds to the stages of a key, of which it may be the first.
  StagedKey& AddMark(const hash::Fingerprint& fingerprint, flow::FlowId flow, StageMark mark);
  template <typename Visitor>
  void RemovePartsIf(GatheringKey& key, Visitor visit) {
    std::erase_if(key.parts, [&](const Part& part) {
      if (!visit(part)) return false;
      --sizes_->parts;
      sizes_->heap_bytes -= part.id.heap_bytes();
      key.ended -= part.IsOut();
      return true;
    });
  }
  void Remove(const OpenKey& key);
  void Remove(const EarlyKey& key);      // without its ends
  void Remove(const GatheringKey& key);  // and its parts
  void Remove(const ClosedKey& key);
  void Remove(const StagedKey& key);  // and its marks
  // Not the last mark of the key.
  void RemoveMark(StagedKey& key, size_t index);
  // Moves `key` to the closed keys as `closed`, with what is uncommon of it.
  ClosedKey& Close(const OpenKey& key, ClosedKey closed);
  ClosedKey& Close(const GatheringKey& key, ClosedKey closed, Uncommon uncommon);
  // So many ends more, or fewer, wait in the early keys.
  void NoteEnds(int64_t change) { sizes_->waiting_ends += static_cast<uint64_t>(change); }

  // What is uncommon of an OpenKey or ClosedKey.
  template <typename Key>
  Uncommon UncommonOf(const Key& key) const {
    return key.is_uncommon ? uncommon_.find(key.fingerprint)->second : Uncommon{.span = key.ImpliedSpan()};
  }
  template <typename Key>
  void SetUncommon(Key& key, Uncommon uncommon) {
    if (uncommon != Uncommon{.span = key.ImpliedSpan()}) {
      Keep(key.fingerprint, std::move(uncommon));
      key.is_uncommon = true;
    } else if (key.is_uncommon) {
      Drop(key.fingerprint);
      key.is_uncommon = false;
    }
  }
  // Parts of it.
  template <typename Key>
  EventSpan SpanOf(const Key& key) const {
    return key.is_uncommon ? uncommon_.find(key.fingerprint)->second.span : key.ImpliedSpan();
  }
  template <typename Key>
  void SetSpan(Key& key, const EventSpan& span) {
    if (!key.is_uncommon && span == key.ImpliedSpan()) return;
    Uncommon uncommon = UncommonOf(key);
    uncommon.span = span;
    SetUncommon(key, std::move(uncommon));
  }
  // From when on its latency counts.
  template <typename Key>
  Time OriginOf(const Key& key) const {
    return key.is_uncommon ? uncommon_.find(key.fingerprint)->second.Origin(key.start) : key.start;
  }
  template <typename Key>
  uint64_t GenerationOf(const Key& key) const {
    return key.is_uncommon ? uncommon_.find(key.fingerprint)->second.generation : 0;
  }

  template <typename Visitor>
  void ForEachOpen(Visitor visit) {
    open_.ForEach(visit);
  }
  template <typename Visitor>
  void ForEachEarly(Visitor visit) {
    early_.ForEach(visit);
  }
  template <typename Visitor>
  void ForEachGathering(Visitor visit) {
    gathering_.ForEach(visit);
  }
  template <typename Visitor>
  void ForEachStaged(Visitor visit) {
    staged_.ForEach(visit);
  }
  // Removes the closed keys for which `visit` returns true.
  template <typename Visitor>
  void RemoveClosedIf(Visitor visit) {
    closed_.RemoveIf([&](ClosedKey& key) {
      if (!visit(key)) return false;
      NoteRemoved(key);
      return true;
    });
  }

  void ShrinkWhenSparse();
  // As KeyTable says.
  void PrefetchTags(const hash::Fingerprint& fingerprint) const {
    ForEachTable([&](const auto& table) { table.PrefetchTags(fingerprint); });
  }
  void PrefetchKey(const hash::Fingerprint& fingerprint) const {
    ForEachTable([&](const auto& table) { table.PrefetchKey(fingerprint); });
  }

 private:
  // Those that may hold a key.
  template <typename Visitor>
  void ForEachTable(Visitor visit) const {
    visit(open_);
    visit(closed_);
    if (rare_keys_ == 0) return;
    visit(early_);
    visit(gathering_);
    visit(staged_);
  }
  void NoteRemoved(const ClosedKey& key);
  void Keep(const hash::Fingerprint& fingerprint, Uncommon uncommon);
  void Drop(const hash::Fingerprint& fingerprint);
  ClosedKey& AddClosed(ClosedKey closed, Uncommon uncommon);

  // With 4096 slots every line of them is missed as often as any other memory. So all that an event of a pair needs
  // stands in the first.
  KeyTable<OpenKey> open_;
  KeyTable<ClosedKey> closed_;
  TableSizes* sizes_;
  uint32_t rare_keys_ = 0;  // early, gathering and staged ones
  KeyTable<EarlyKey> early_;
  KeyTable<GatheringKey> gathering_;
  KeyTable<StagedKey> staged_;
  absl::flat_hash_map<hash::Fingerprint, Uncommon, FingerprintHash> uncommon_;  // of open and closed keys
};

}  // namespace oneway::join
