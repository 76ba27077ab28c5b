// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/columns.h"

#include <bit>

namespace oneway::partitioner::route {
namespace {

// The columns are copied to the wire as they lie in memory.
static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(hash::Fingerprint) == 16);

constexpr size_t kColumnBytesPerEvent = sizeof(uint8_t) + sizeof(uint64_t) + sizeof(hash::Fingerprint) +
                                        sizeof(uint16_t) + sizeof(SeriesNumber) + sizeof(uint16_t);

template <typename T>
void AppendTo(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void Columns::Add(const EventView& event, const hash::Fingerprint& fingerprint, SeriesNumber number,
                  uint16_t batch_index) {
  if (event.HasExtras()) {
    extras.push_back({static_cast<uint32_t>(count()), event.expected, event.not_before_unix_nanos, event.generation,
                      static_cast<uint32_t>(event.id.size())});
    ids.append(event.id);
  }
  kinds.push_back(static_cast<uint8_t>(event.kind));
  times_unix_nanos.push_back(event.time_unix_nanos);
  fingerprints.push_back(fingerprint);
  key_sizes.push_back(static_cast<uint16_t>(event.key.size()));
  keys.append(event.key);
  series.push_back(number);
  batch_indices.push_back(batch_index);
}

void Columns::Append(const Columns& other) {
  const auto offset = static_cast<uint32_t>(count());
  for (Extras extra : other.extras) {
    extra.index += offset;
    extras.push_back(extra);
  }
  ids.append(other.ids);
  AppendTo(kinds, other.kinds);
  AppendTo(times_unix_nanos, other.times_unix_nanos);
  AppendTo(fingerprints, other.fingerprints);
  AppendTo(key_sizes, other.key_sizes);
  keys.append(other.keys);
  AppendTo(series, other.series);
  AppendTo(batch_indices, other.batch_indices);
}

void Columns::AddFrom(const Columns& from, Position& position) {
  const size_t i = position.event;
  EventView event{.kind = static_cast<event::Kind>(from.kinds[i]),
                  .time_unix_nanos = from.times_unix_nanos[i],
                  .key = std::string_view(from.keys).substr(position.key_byte, from.key_sizes[i])};
  if (position.extras < from.extras.size() && from.extras[position.extras].index == i) {
    const Extras& extra = from.extras[position.extras];
    event.expected = extra.expected;
    event.not_before_unix_nanos = extra.not_before_unix_nanos;
    event.generation = extra.generation;
    event.id = std::string_view(from.ids).substr(position.id_byte, extra.id_bytes);
  }
  Add(event, from.fingerprints[i], from.series[i], from.batch_indices[i]);
  from.Advance(position, 1);
}

void Columns::Clear() {
  kinds.clear();
  times_unix_nanos.clear();
  fingerprints.clear();
  key_sizes.clear();
  keys.clear();
  series.clear();
  batch_indices.clear();
  extras.clear();
  ids.clear();
}

size_t Columns::bytes() const {
  return count() * kColumnBytesPerEvent + keys.size() + extras.size() * sizeof(Extras) + ids.size();
}

void Columns::Advance(Position& position, size_t events) const {
  for (const size_t end = position.event + events; position.event < end; ++position.event) {
    position.key_byte += key_sizes[position.event];
    if (position.extras < extras.size() && extras[position.extras].index == position.event) {
      position.id_byte += extras[position.extras].id_bytes;
      ++position.extras;
    }
  }
}

void SplitByShard(const Columns& from, Position& begin, size_t count, std::span<Columns> parts) {
  for (size_t i = 0; i < count; ++i) {
    const auto slot = static_cast<uint32_t>(hash::SlotOf(from.fingerprints[begin.event]));
    parts[slot % parts.size()].AddFrom(from, begin);
  }
}

}  // namespace oneway::partitioner::route
