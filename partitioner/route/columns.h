// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/event/event.h"
#include "common/hash/fingerprint.h"

namespace oneway::partitioner::route {

// A series (flow + labels) as this process numbers it, from 0; never given to another one. Joiners number theirs for
// themselves.
enum class SeriesNumber : uint64_t {};

// What few events carry besides the columns. `index` counts from the first event of the columns.
struct Extras {
  uint32_t index = 0;
  uint32_t expected = 0;
  uint64_t not_before_unix_nanos = 0;
  uint64_t generation = 0;
  uint32_t id_bytes = 0;  // how many of `ids` are this event's

  friend bool operator==(const Extras&, const Extras&) = default;
};

// One checked event, by reference to the batch that it came in.
struct EventView {
  event::Kind kind{};
  uint64_t time_unix_nanos = 0;
  std::string_view key;
  uint32_t expected = 0;
  uint64_t not_before_unix_nanos = 0;
  uint64_t generation = 0;
  std::string_view id;

  bool HasExtras() const { return expected != 0 || not_before_unix_nanos != 0 || generation != 0 || !id.empty(); }
};

// Where an event stands in columns whose keys and ids are concatenated.
struct Position {
  size_t event = 0;
  size_t key_byte = 0;
  size_t extras = 0;
  size_t id_byte = 0;
};

// Events as columns; entry i of each describes event i. They have the layout of the wire's EventColumns, so that a
// frame is a few copies of memory, and clearing keeps the memory, so that a warm one never allocates.
//
// Flow: a BatchStager fills one for each (batch, lane); a lane gathers them until they are settled.
// Threading: external. A value.
struct Columns {
  std::vector<uint8_t> kinds;
  std::vector<uint64_t> times_unix_nanos;
  std::vector<hash::Fingerprint> fingerprints;
  std::vector<uint16_t> key_sizes;
  std::string keys;
  std::vector<SeriesNumber> series;
  std::vector<uint16_t> batch_indices;  // of the event in its client's batch
  std::vector<Extras> extras;           // ascending by index
  std::string ids;

  // `key` and `id` within their bounds (checked before), `batch_index` < event::kBatchEventsMax.
  void Add(const EventView& event, const hash::Fingerprint& fingerprint, SeriesNumber number, uint16_t batch_index);
  void Append(const Columns& other);
  // Adds the event of `from` at `position` and moves `position` to the next.
  void AddFrom(const Columns& from, Position& position);
  void Clear();

  size_t count() const { return kinds.size(); }
  bool empty() const { return kinds.empty(); }
  // What the events take in memory, without spare capacity; also an upper bound of what they take on the wire.
  size_t bytes() const;
  // Walks `position` past `events` events.
  void Advance(Position& position, size_t events) const;
};

// Spreads the events from `begin` on, at most `count`, over `parts` by slot mod the number of parts, in order.
// The parts are appended to.
void SplitByShard(const Columns& from, Position& begin, size_t count, std::span<Columns> parts);

}  // namespace oneway::partitioner::route
