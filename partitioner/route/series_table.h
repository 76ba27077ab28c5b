// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/sync/mutex.h"
#include "partitioner/route/columns.h"

namespace oneway::partitioner::route {

using Label = std::pair<std::string, std::string>;  // name, value

// What a producer says about itself: the flow, and its labels sorted by name. Immutable.
struct SeriesName {
  std::string flow;
  std::vector<Label> labels;

  // An upper bound of what it takes in a frame.
  size_t wire_bytes() const;
  friend bool operator==(const SeriesName&, const SeriesName&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const SeriesName& name) {
    return H::combine(std::move(state), name.flow, name.labels);
  }
};

// Numbers the series of events that are on their way, so that an event carries eight bytes and no names.
//
// The table is bounded, for a producer may put a random value into a label. A series is held while events of it are on
// their way; others are remembered as long as there is room, and those that were not used for longest make room for new
// ones. A number is never given to another series.
//
// Flow: ingest takes the series of a batch; a lane's dictionary looks the names up when it meets a number; the batch's
// ticket releases them.
// Threading: thread-safe; a lock for each series of a batch, never one for an event.
class SeriesTable {
 public:
  struct Options {
    size_t series_max = 100'000;
    size_t bytes_max = size_t{64} << 20;  // of all names, with what it takes to find them
  };
  explicit SeriesTable(Options options);
  ~SeriesTable();
  SeriesTable(const SeriesTable&) = delete;
  SeriesTable& operator=(const SeriesTable&) = delete;

  // The number of `name`, whose labels need not be sorted; equal names have equal numbers. It is held until it was
  // released as often as it was taken. None: as many as there is room for are held, so try again later.
  std::optional<SeriesNumber> Take(SeriesName name);
  void Release(std::span<const SeriesNumber> numbers);
  // The name of a number that is held (a bug otherwise); valid as long as it is.
  const SeriesName& Of(SeriesNumber number) const;

  size_t size() const;
  size_t memory_bytes() const;
  // Series that made room for others.
  uint64_t forgotten() const;

 private:
  struct Entry {
    SeriesName name;
    SeriesNumber number{};
    uint64_t held = 0;                  // how often
    std::list<Entry*>::iterator place;  // in held_ or idle_
  };
  struct HashName {
    using is_transparent = void;
    size_t operator()(const SeriesName& name) const { return absl::Hash<SeriesName>{}(name); }
    size_t operator()(const std::unique_ptr<Entry>& entry) const { return (*this)(entry->name); }
  };
  struct EqualNames {
    using is_transparent = void;
    static const SeriesName& Of(const SeriesName& name) { return name; }
    static const SeriesName& Of(const std::unique_ptr<Entry>& entry) { return entry->name; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) == Of(b);
    }
  };

  static size_t BytesOf(const SeriesName& name);
  Entry* Add(SeriesName name) ONEWAY_REQUIRES(mutex_);
  bool MakeRoomFor(size_t bytes) ONEWAY_REQUIRES(mutex_);

  const Options options_;
  mutable sync::Mutex mutex_;
  absl::flat_hash_set<std::unique_ptr<Entry>, HashName, EqualNames> by_name_ ONEWAY_GUARDED_BY(mutex_);
  absl::flat_hash_map<SeriesNumber, Entry*> by_number_ ONEWAY_GUARDED_BY(mutex_);
  std::list<Entry*> held_ ONEWAY_GUARDED_BY(mutex_);
  std::list<Entry*> idle_ ONEWAY_GUARDED_BY(mutex_);  // held by nobody, the one that has been for longest first
  uint64_t next_number_ ONEWAY_GUARDED_BY(mutex_) = 0;
  size_t bytes_ ONEWAY_GUARDED_BY(mutex_) = 0;
  uint64_t forgotten_ ONEWAY_GUARDED_BY(mutex_) = 0;
};

// The series that a batch holds, released together.
//
// Threading: external.
// Ownership: the table outlives it.
class HeldSeries {
 public:
  HeldSeries() = default;
  ~HeldSeries() { Release(); }
  HeldSeries(HeldSeries&& other) noexcept : table_(other.table_), numbers_(std::exchange(other.numbers_, {})) {}
  HeldSeries& operator=(HeldSeries&& other) noexcept {
    Release();
    table_ = other.table_;
    numbers_ = std::exchange(other.numbers_, {});
    return *this;
  }

  // SeriesTable::Take; always of the same table.
  std::optional<SeriesNumber> Take(SeriesTable& table, SeriesName name);
  void Release();

 private:
  SeriesTable* table_ = nullptr;
  std::vector<SeriesNumber> numbers_;
};

}  // namespace oneway::partitioner::route
