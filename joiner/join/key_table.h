// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glog/logging.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/hash/fingerprint.h"

namespace oneway::join {

// Hash of tables by fingerprint. Salted by the process, so that keys chosen by a producer cannot be made to collide.
struct FingerprintHash {
  using is_transparent = void;
  uint64_t salt;

  size_t operator()(const hash::Fingerprint& fingerprint) const {
    // Fingerprints are random bits but for the salt: one multiplication that folds both halves is enough.
    const auto product =
        static_cast<unsigned __int128>(fingerprint.low ^ salt) * (fingerprint.high ^ 0x9E3779B97F4A7C15);
    return static_cast<size_t>(product >> 64) ^ static_cast<size_t>(product);
  }
  template <typename Key>
  size_t operator()(const Key& key) const {
    return (*this)(key.fingerprint);
  }
};

// Keys of one kind by their member `fingerprint`.
//
// Threading: owned by the shard's thread.
// Ownership: a pointer to a key is valid until the next Add to, or Remove from, the same table.
template <typename Key>
class KeyTable {
 public:
  explicit KeyTable(uint64_t salt) : keys_(0, FingerprintHash{salt}) {}

  Key* Find(const hash::Fingerprint& fingerprint) {
    const auto found = keys_.find(fingerprint);
    return found == keys_.end() ? nullptr : Mutable(*found);
  }
  const Key* Find(const hash::Fingerprint& fingerprint) const {
    const auto found = keys_.find(fingerprint);
    return found == keys_.end() ? nullptr : &*found;
  }
  // A key that is there already is a bug and stops the process.
  Key& Add(Key key) {
    const auto [place, added] = keys_.insert(std::move(key));
    CHECK(added);
    return *Mutable(*place);
  }
  void Remove(const Key& key) { keys_.erase(keys_.find(key.fingerprint)); }

  template <typename Visitor>
  void ForEach(Visitor visit) {
    for (const Key& key : keys_) visit(*Mutable(key));
  }
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (const Key& key : keys_) visit(key);
  }
  // Calls `visit` for each key and removes those for which it returns true.
  template <typename Visitor>
  void RemoveIf(Visitor visit) {
    for (auto place = keys_.begin(); place != keys_.end();) {
      const auto here = place++;
      if (visit(*Mutable(*here))) keys_.erase(here);
    }
  }

  // Gives memory back after a burst; without it the table keeps its largest size for ever. The bound lies below the
  // half that makes a table grow, so that a table whose size only wavers is left alone.
  void ShrinkWhenSparse() {
    if (keys_.size() * 5 < keys_.capacity() * 2) keys_.rehash(0);
  }
  // Brings the memory that Find would touch into the cache.
  void Prefetch(const hash::Fingerprint& fingerprint) const { keys_.prefetch(fingerprint); }
  size_t size() const { return keys_.size(); }

 private:
  struct Equal {
    using is_transparent = void;
    static const hash::Fingerprint& Of(const hash::Fingerprint& fingerprint) { return fingerprint; }
    static const hash::Fingerprint& Of(const Key& key) { return key.fingerprint; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) == Of(b);
    }
  };

  // A set hands out const elements to protect what they are found by; that is the fingerprint, which nobody changes.
  static Key* Mutable(const Key& key) { return const_cast<Key*>(&key); }

  absl::flat_hash_set<Key, FingerprintHash, Equal> keys_;
};

}  // namespace oneway::join
