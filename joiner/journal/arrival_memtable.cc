// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/arrival_memtable.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "common/sync/mutex.h"
#include "joiner/journal/sequence_sort.h"

namespace oneway::journal {
namespace {

using rocksdb::MemTableRep;
using rocksdb::Slice;

// RocksDB's entry is (length of the internal key, internal key, ...), where the internal key is ours and 8 bytes of its
// own (version and type; later versions come first). The format is frozen: rocksdb/memtablerep.h, KeyComparator.
constexpr size_t kVersionBytes = 8;
constexpr size_t kSequenceBytes = 8;

using Entries = std::vector<const char*>;

bool HasSequence(const char* entry) {
  return static_cast<unsigned char>(*entry) == kSequenceBytes + kVersionBytes;
}

uint64_t SequenceOf(const char* entry) {
  uint64_t big_endian = 0;
  std::memcpy(&big_endian, entry + 1, sizeof(big_endian));
  return __builtin_bswap64(big_endian);
}

// In the order of their keys; of one key the latest, which arrived last, first.
void Sort(Entries& entries, const MemTableRep::KeyComparator& compare) {
  if (!std::all_of(entries.begin(), entries.end(), HasSequence)) {
    std::sort(entries.begin(), entries.end(), [&](const char* a, const char* b) { return compare(a, b) < 0; });
    return;
  }
  std::vector<NumberedEntry> numbered;
  numbered.reserve(entries.size());
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    numbered.push_back({SequenceOf(*entry), *entry});
  }
  SortByNumber(numbered);
  std::transform(numbered.begin(), numbered.end(), entries.begin(), [](const NumberedEntry& one) { return one.entry; });
}

class SortedIterator final : public MemTableRep::Iterator {
 public:
  SortedIterator(std::shared_ptr<const Entries> entries, const MemTableRep::KeyComparator& compare)
      : entries_(std::move(entries)), compare_(compare), at_(entries_->size()) {}

  bool Valid() const override { return at_ < entries_->size(); }
  const char* key() const override { return (*entries_)[at_]; }
  void Next() override {
    ++at_;
    // They lie in the order of arrival: each would be a miss.
    if (at_ + kAhead < entries_->size()) __builtin_prefetch((*entries_)[at_ + kAhead]);
  }
  void Prev() override { at_ = at_ == 0 ? entries_->size() : at_ - 1; }
  void Seek(const Slice& internal_key, const char* /*memtable_key*/) override { at_ = FirstFrom(internal_key); }
  void SeekForPrev(const Slice& internal_key, const char* /*memtable_key*/) override {
    at_ = FirstFrom(internal_key);
    if (!Valid() || compare_(key(), internal_key) > 0) Prev();
  }
  void SeekToFirst() override { at_ = 0; }
  void SeekToLast() override { at_ = entries_->empty() ? 0 : entries_->size() - 1; }

 private:
  static constexpr size_t kAhead = 8;

  size_t FirstFrom(const Slice& internal_key) const {
    const auto found = std::partition_point(entries_->begin(), entries_->end(),
                                            [&](const char* entry) { return compare_(entry, internal_key) < 0; });
    return static_cast<size_t>(found - entries_->begin());
  }

  const std::shared_ptr<const Entries> entries_;
  const MemTableRep::KeyComparator& compare_;
  size_t at_;  // entries_->size(): not valid
};

class ArrivalMemtable final : public MemTableRep {
 public:
  ArrivalMemtable(const KeyComparator& compare, rocksdb::Allocator* allocator, size_t rows)
      : MemTableRep(allocator), compare_(compare), entries_(std::make_shared<Entries>()) {
    entries_->reserve(rows);
  }

  void Insert(rocksdb::KeyHandle handle) override {
    const sync::MutexLock lock(mutex_);
    entries_->push_back(static_cast<const char*>(handle));
  }

  bool Contains(const char* key) const override {
    const sync::MutexLock lock(mutex_);
    return std::any_of(entries_->begin(), entries_->end(),
                       [&](const char* entry) { return compare_(entry, key) == 0; });
  }

  // RocksDB's own, by an iterator that nobody deletes, would be left; its LookupKey is not in its public headers.
  void Get(const rocksdb::LookupKey& /*key*/, void* /*found*/, bool (* /*take*/)(void*, const char*)) override {
    LOG(FATAL) << "nobody looks up a row of the journal";
  }

  void MarkReadOnly() override {
    const sync::MutexLock lock(mutex_);
    is_full_ = true;
  }

  size_t ApproximateMemoryUsage() override {
    const sync::MutexLock lock(mutex_);
    return entries_->capacity() * sizeof(Entries::value_type);
  }

  // An iterator in an arena is destroyed, but its memory is not given back; the arena itself is not in RocksDB's public
  // headers. So the memory of such a one is ours, and goes with this memtable, which outlives its iterators.
  Iterator* GetIterator(rocksdb::Arena* arena) override {
    const sync::MutexLock lock(mutex_);
    std::shared_ptr<const Entries> sorted = Sorted();
    if (arena == nullptr) return new SortedIterator(std::move(sorted), compare_);
    room_.push_back(std::make_unique<Room>());
    return new (room_.back()->bytes) SortedIterator(std::move(sorted), compare_);
  }

 private:
  struct Room {
    alignas(SortedIterator) std::byte bytes[sizeof(SortedIterator)];
  };

  std::shared_ptr<const Entries> Sorted() ONEWAY_REQUIRES(mutex_) {
    if (!is_full_) {
      auto copy = std::make_shared<Entries>(*entries_);
      Sort(*copy, compare_);
      return copy;
    }
    if (!is_sorted_) Sort(*entries_, compare_);
    is_sorted_ = true;
    return entries_;
  }

  const KeyComparator& compare_;
  mutable sync::Mutex mutex_;
  const std::shared_ptr<Entries> entries_;  // what it points to is guarded, until it is full and sorted
  bool is_full_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool is_sorted_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<Room>> room_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace

MemTableRep* ArrivalMemtableFactory::CreateMemTableRep(const MemTableRep::KeyComparator& compare,
                                                       rocksdb::Allocator* allocator,
                                                       const rocksdb::SliceTransform* /*prefixes*/,
                                                       rocksdb::Logger* /*logger*/) {
  return new ArrivalMemtable(compare, allocator, rows_);
}

}  // namespace oneway::journal
