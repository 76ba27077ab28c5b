// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glog/logging.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "common/hash/fingerprint.h"
#include "joiner/join/chunk_tags.h"
#include "joiner/join/fetch_line.h"
#include "joiner/join/fingerprint_hash.h"

namespace oneway::join {

// Keys of one kind by their member `fingerprint`.
//
// An open hash table of chunks of 15 places. A chunk's tags say which of its keys may be the one wanted, so that as a
// rule one line of tags and one key are all that a look-up touches, and both can be fetched ahead. A key that finds its
// home full goes to the next chunk that has room, and is counted by those it passed: so a look-up knows where to end,
// and nothing is left behind by a key that goes. Chunks with tags and a count are those of F14
// (https://engineering.fb.com/2019/04/25/developer-tools/f14/); unlike it, the number of chunks is any, not a power of
// two: the table grows by about a half, which takes less memory than doubling, and keys stay in the order of their
// hashes, so that growing goes through old and new memory once, from one end to the other.
//
// Threading: owned by the shard's thread.
// Ownership: a pointer to a key is valid until the next Add to the same table, ShrinkWhenSparse, or the key's Remove.
// Bounds: where it has room for more than 104 keys, 13/25 to 13/15 of all places hold one after ShrinkWhenSparse.
template <typename Key>
class KeyTable {
 public:
  explicit KeyTable(uint64_t salt) : hash_{salt} {}
  ~KeyTable() { Release(); }
  KeyTable(KeyTable&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)),
        hash_(other.hash_),
        size_(std::exchange(other.size_, 0)),
        shape_(std::exchange(other.shape_, {})) {}
  KeyTable& operator=(KeyTable&&) = delete;

  Key* Find(const hash::Fingerprint& fingerprint) { return const_cast<Key*>(std::as_const(*this).Find(fingerprint)); }
  const Key* Find(const hash::Fingerprint& fingerprint) const;
  // A key that is there already is a bug and stops the process.
  Key& Add(Key key);
  void Remove(const Key& key);

  // `visit` adds and removes nothing.
  template <typename Visitor>
  void ForEach(Visitor visit) {
    ForEachPlace([&](uint32_t chunk, uint32_t place) { visit(At(chunk, place)); });
  }
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    ForEachPlace([&](uint32_t chunk, uint32_t place) { visit(At(chunk, place)); });
  }
  // Calls `visit` for each key and removes those for which it returns true.
  template <typename Visitor>
  void RemoveIf(Visitor visit) {
    ForEachPlace([&](uint32_t chunk, uint32_t place) {
      if (visit(At(chunk, place))) RemoveAt(chunk, place);
    });
  }

  // Gives memory back after a burst; without it the table keeps its largest size for ever. The bound lies below what
  // growing leaves, so that a table whose size only wavers is left alone.
  void ShrinkWhenSparse() {
    const bool is_sparse = Room() <= kSmallRoom ? size_ * 3 < Room() : size_ * 5 < Room() * 3;
    if (is_sparse) Rebuild(size_ + size_ / 4);
  }

  // To be called some 20 and some 10 events before a Find or an Add: the first brings the tags into the cache that they
  // look at, the second looks at these for the key that they touch.
  void PrefetchTags(const hash::Fingerprint& fingerprint) const {
    if (shape_.chunks != 0) FetchLine(&tags()[HomeOf(hash_(fingerprint))]);
  }
  void PrefetchKey(const hash::Fingerprint& fingerprint) const;
  size_t size() const { return size_; }

 private:
  struct Shape {
    uint32_t chunks : 28 = 0;
    uint32_t places : 4 = 0;  // of a chunk: all, unless it is the only one
  };

  static constexpr size_t kLineBytes = 64;
  static_assert(alignof(Key) <= kLineBytes);
  // Of the places of several chunks so many may be taken: beyond, too many keys find their chunk full.
  static constexpr uint32_t kRoomOfChunk = 13;
  // Small tables take little memory, and would grow often.
  static constexpr uint32_t kDoublesBelow = 64;
  static constexpr uint32_t kSmallRoom = 104;  // the most that doubling leads to

  ChunkTags* tags() const { return static_cast<ChunkTags*>(memory_); }
  Key* keys() const { return reinterpret_cast<Key*>(static_cast<std::byte*>(memory_) + TagBytes(shape_.chunks)); }
  Key& At(uint32_t chunk, uint32_t place) { return keys()[chunk * ChunkTags::kPlaces + place]; }
  const Key& At(uint32_t chunk, uint32_t place) const { return keys()[chunk * ChunkTags::kPlaces + place]; }
  static size_t TagBytes(uint32_t chunks) {
    return (chunks * sizeof(ChunkTags) + kLineBytes - 1) / kLineBytes * kLineBytes;
  }

  // Keys that fit in. A chunk that is alone may be smaller, and be full: nothing goes past it.
  uint32_t Room() const { return shape_.chunks > 1 ? shape_.chunks * kRoomOfChunk : shape_.places; }
  uint32_t FreePlaces(uint32_t chunk) const { return tags()[chunk].FreePlaces() & ((1u << shape_.places) - 1); }

  uint32_t HomeOf(uint64_t hash) const {
    return static_cast<uint32_t>(static_cast<unsigned __int128>(hash) * shape_.chunks >> 64);
  }
  uint32_t Next(uint32_t chunk) const { return chunk + 1 == shape_.chunks ? 0 : chunk + 1; }

  template <typename Visitor>
  void ForEachPlace(Visitor visit) const {
    for (uint32_t chunk = 0; chunk < shape_.chunks; ++chunk) {
      for (uint32_t taken = tags()[chunk].TakenPlaces(); taken != 0; taken &= taken - 1) {
        visit(chunk, static_cast<uint32_t>(std::countr_zero(taken)));
      }
    }
  }

  Key& Insert(uint64_t hash, Key&& key);
  void RemoveAt(uint32_t chunk, uint32_t place);
  void Grow(uint64_t hash);
  void Rebuild(uint32_t room);
  void Release();

  void* memory_ = nullptr;  // the tags of all chunks, and from the next line on the keys
  FingerprintHash hash_;
  uint32_t size_ = 0;
  Shape shape_;
};

template <typename Key>
const Key* KeyTable<Key>::Find(const hash::Fingerprint& fingerprint) const {
  if (size_ == 0) return nullptr;
  const uint64_t hash = hash_(fingerprint);
  const ChunkTags::Tag tag = ChunkTags::TagOf(hash);
  uint32_t chunk = HomeOf(hash);
  for (uint32_t looked_at = 0; looked_at < shape_.chunks; ++looked_at, chunk = Next(chunk)) {
    for (uint32_t places = tags()[chunk].PlacesWith(tag); places != 0; places &= places - 1) {
      const Key& key = At(chunk, static_cast<uint32_t>(std::countr_zero(places)));
      if (key.fingerprint == fingerprint) return &key;
    }
    if (!tags()[chunk].WasPassed()) break;
  }
  return nullptr;
}

template <typename Key>
Key& KeyTable<Key>::Add(Key key) {
  CHECK(Find(key.fingerprint) == nullptr);
  const uint64_t hash = hash_(key.fingerprint);
  if (size_ == Room()) Grow(hash);
  ++size_;
  return Insert(hash, std::move(key));
}

template <typename Key>
void KeyTable<Key>::Remove(const Key& key) {
  const Key* const found = Find(key.fingerprint);
  CHECK(found != nullptr);
  const auto index = static_cast<uint32_t>(found - keys());
  RemoveAt(index / ChunkTags::kPlaces, index % ChunkTags::kPlaces);
}

template <typename Key>
void KeyTable<Key>::PrefetchKey(const hash::Fingerprint& fingerprint) const {
  if (shape_.chunks == 0) return;
  const uint64_t hash = hash_(fingerprint);
  const uint32_t chunk = HomeOf(hash);
  const uint32_t found = tags()[chunk].PlacesWith(ChunkTags::TagOf(hash));
  const uint32_t places = found != 0 ? found : FreePlaces(chunk);
  if (places == 0) return;
  const auto* const key = reinterpret_cast<const char*>(&At(chunk, static_cast<uint32_t>(std::countr_zero(places))));
  FetchLine(key);
  if (sizeof(Key) % kLineBytes != 0) FetchLine(key + sizeof(Key) - 1);
}

template <typename Key>
Key& KeyTable<Key>::Insert(uint64_t hash, Key&& key) {
  uint32_t chunk = HomeOf(hash);
  uint32_t free = FreePlaces(chunk);
  for (; free == 0; free = FreePlaces(chunk)) {
    tags()[chunk].NotePassed();
    chunk = Next(chunk);
  }
  const auto place = static_cast<uint32_t>(std::countr_zero(free));
  tags()[chunk].Take(place, ChunkTags::TagOf(hash));
  return *std::construct_at(&At(chunk, place), std::move(key));
}

template <typename Key>
void KeyTable<Key>::RemoveAt(uint32_t chunk, uint32_t place) {
  Key& key = At(chunk, place);
  for (uint32_t passed = HomeOf(hash_(key.fingerprint)); passed != chunk; passed = Next(passed)) {
    tags()[passed].NoteReturned();
  }
  tags()[chunk].Free(place);
  std::destroy_at(&key);
  --size_;
}

// By a quarter to five eighths, drawn from the hash of the key that finds no room: thousands of tables hold about as
// many keys, and by the same factor all would grow in the same second.
template <typename Key>
void KeyTable<Key>::Grow(uint64_t hash) {
  const uint32_t parts_of_2048 = 512 + static_cast<uint32_t>(hash >> 8) % 768;
  const auto part = static_cast<uint32_t>(uint64_t{size_} * parts_of_2048 / 2048);
  Rebuild(size_ + std::max(size_ < kDoublesBelow ? size_ : part, 1u));
}

// Into chunks that have room for so many keys, and not many more.
template <typename Key>
void KeyTable<Key>::Rebuild(uint32_t room) {
  KeyTable old(std::move(*this));
  if (room == 0) return;
  const uint32_t one_chunk_max = ChunkTags::kPlaces;
  shape_.chunks = room <= one_chunk_max ? 1 : (room + kRoomOfChunk - 1) / kRoomOfChunk;
  shape_.places = room <= one_chunk_max ? room : ChunkTags::kPlaces;
  size_ = old.size_;
  const size_t places = size_t{shape_.chunks} * shape_.places;
  memory_ = ::operator new(TagBytes(shape_.chunks) + places * sizeof(Key), std::align_val_t{kLineBytes});
  std::uninitialized_default_construct_n(tags(), shape_.chunks);
  old.ForEach([this](Key& key) {
    const uint64_t hash = hash_(key.fingerprint);
    Insert(hash, std::move(key));
  });
}

template <typename Key>
void KeyTable<Key>::Release() {
  if (memory_ == nullptr) return;
  ForEach([](Key& key) { std::destroy_at(&key); });
  ::operator delete(memory_, std::align_val_t{kLineBytes});
}

}  // namespace oneway::join
