// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/arrival_memtable.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <atomic>
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

}  // namespace

// Sorts the entries of memtables, and keeps the memory for it: as much would be new to the process at each flush, and
// pages that are new cost more than the sorting.
// Threading: thread-safe, one after another.
// Bounds: 32 bytes for each entry of the largest memtable.
class ArrivalMemtableFactory::Sorter {
 public:
  // In the order of their keys; of one key the latest, which arrived last, first.
  void Sort(Entries& entries, const MemTableRep::KeyComparator& compare) {
    if (!std::all_of(entries.begin(), entries.end(), HasSequence)) {
      std::sort(entries.begin(), entries.end(), [&](const char* a, const char* b) { return compare(a, b) < 0; });
      return;
    }
    const sync::MutexLock lock(mutex_);
    numbered_.clear();
    numbered_.reserve(entries.size());
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      numbered_.push_back({SequenceOf(*entry), *entry});
    }
    SortByNumber(numbered_, room_);
    std::transform(numbered_.begin(), numbered_.end(), entries.begin(),
                   [](const NumberedEntry& one) { return one.entry; });
  }

 private:
  sync::Mutex mutex_;
  std::vector<NumberedEntry> numbered_ ONEWAY_GUARDED_BY(mutex_);
  std::vector<NumberedEntry> room_ ONEWAY_GUARDED_BY(mutex_);
};

namespace {

// Entries in the order of their arrival, in blocks that double in size and never move.
// Threading: one thread appends; any thread reads what was appended before.
class Arrivals {
 public:
  void Append(const char* entry) {
    if (next_ == end_) AddBlock();
    *next_++ = entry;
    size_.store(size_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  Entries Copy() const {
    Entries copy;
    size_t left = size_.load(std::memory_order_acquire);
    copy.reserve(left);
    for (size_t block = 0; left > 0; ++block) {
      const size_t count = std::min(left, EntriesOf(block));
      copy.insert(copy.end(), blocks_[block].get(), blocks_[block].get() + count);
      left -= count;
    }
    return copy;
  }
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kBlocksMax = 32;
  static constexpr size_t EntriesOf(size_t block) { return size_t{1024} << block; }

  void AddBlock() {
    CHECK_LT(blocks_used_, kBlocksMax);
    const size_t entries = EntriesOf(blocks_used_);
    blocks_[blocks_used_] = std::make_unique_for_overwrite<const char*[]>(entries);
    next_ = blocks_[blocks_used_].get();
    end_ = next_ + entries;
    ++blocks_used_;
    bytes_.store(bytes() + entries * sizeof(const char*), std::memory_order_relaxed);
  }

  std::array<std::unique_ptr<const char*[]>, kBlocksMax> blocks_;
  std::atomic<size_t> size_{0};  // of all blocks; also says that those are there which it reaches into
  std::atomic<size_t> bytes_{0};
  // Of the thread that appends.
  size_t blocks_used_ = 0;
  const char** next_ = nullptr;
  const char** end_ = nullptr;
};

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
  using Sorter = ArrivalMemtableFactory::Sorter;

  ArrivalMemtable(const KeyComparator& compare, rocksdb::Allocator* allocator, std::shared_ptr<Sorter> sorter)
      : MemTableRep(allocator), compare_(compare), sorter_(std::move(sorter)) {}

  void Insert(rocksdb::KeyHandle handle) override { arrivals_.Append(static_cast<const char*>(handle)); }

  bool Contains(const char* key) const override {
    const Entries entries = arrivals_.Copy();
    return std::any_of(entries.begin(), entries.end(), [&](const char* entry) { return compare_(entry, key) == 0; });
  }

  // RocksDB's own, by an iterator that nobody deletes, would be left; its LookupKey is not in its public headers.
  void Get(const rocksdb::LookupKey& /*key*/, void* /*found*/, bool (* /*take*/)(void*, const char*)) override {
    LOG(FATAL) << "nobody looks up a row of the journal";
  }

  void MarkReadOnly() override {
    const sync::MutexLock lock(mutex_);
    is_full_ = true;
  }

  size_t ApproximateMemoryUsage() override { return arrivals_.bytes(); }

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

  // Once it is full all iterators share what was sorted for the first.
  std::shared_ptr<const Entries> Sorted() ONEWAY_REQUIRES(mutex_) {
    if (sorted_ != nullptr) return sorted_;
    auto entries = std::make_shared<Entries>(arrivals_.Copy());
    sorter_->Sort(*entries, compare_);
    if (is_full_) sorted_ = entries;
    return entries;
  }

  const KeyComparator& compare_;
  const std::shared_ptr<Sorter> sorter_;
  Arrivals arrivals_;
  mutable sync::Mutex mutex_;
  bool is_full_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const Entries> sorted_ ONEWAY_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Room>> room_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace

ArrivalMemtableFactory::ArrivalMemtableFactory() : sorter_(std::make_shared<Sorter>()) {}

MemTableRep* ArrivalMemtableFactory::CreateMemTableRep(const MemTableRep::KeyComparator& compare,
                                                       rocksdb::Allocator* allocator,
                                                       const rocksdb::SliceTransform* /*prefixes*/,
                                                       rocksdb::Logger* /*logger*/) {
  return new ArrivalMemtable(compare, allocator, sorter_);
}

}  // namespace oneway::journal
