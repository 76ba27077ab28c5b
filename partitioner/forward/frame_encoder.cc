// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/frame_encoder.h"

#include <algorithm>
#include <string>

namespace oneway::partitioner::forward {
namespace {

using route::Columns;
using route::Position;

// An upper bound of what an event takes in a frame, without key, id and a name in the dictionary.
constexpr size_t kEventBytes = 1 + 8 + 16 + 2 + 5;
constexpr size_t kExtrasBytes = 40;

template <typename T>
void CopyColumn(const std::vector<T>& column, size_t begin, size_t end, std::string& out) {
  out.assign(reinterpret_cast<const char*>(column.data() + begin), (end - begin) * sizeof(T));
}

void EncodeExtras(const Columns& events, const Position& begin, const Position& end, v1::EventColumns& out) {
  size_t id_byte = begin.id_byte;
  for (size_t i = begin.extras; i < end.extras; ++i) {
    const route::Extras& extras = events.extras[i];
    v1::EventExtras& entry = *out.add_extras();
    entry.set_index(static_cast<uint32_t>(extras.index - begin.event));
    entry.set_expected(extras.expected);
    entry.set_not_before_unix_nanos(extras.not_before_unix_nanos);
    entry.set_generation(extras.generation);
    entry.mutable_id()->assign(events.ids, id_byte, extras.id_bytes);
    id_byte += extras.id_bytes;
  }
}

}  // namespace

void FrameEncoder::Reset() {
  id_plus_one_.clear();
  next_id_ = 0;
}

Position FrameEncoder::Encode(const Columns& events, const Position& begin, uint64_t first, v1::EventColumns& out) {
  out.Clear();
  const Position end = EncodeSeries(events, begin, out);
  out.set_first(first);
  out.set_count(static_cast<uint32_t>(end.event - begin.event));
  CopyColumn(events.kinds, begin.event, end.event, *out.mutable_kinds());
  CopyColumn(events.fingerprints, begin.event, end.event, *out.mutable_fingerprints());
  CopyColumn(events.key_sizes, begin.event, end.event, *out.mutable_key_sizes());
  const uint64_t* times = events.times_unix_nanos.data();
  out.mutable_times_unix_nanos()->Add(times + begin.event, times + end.event);
  out.mutable_keys()->assign(events.keys, begin.key_byte, end.key_byte - begin.key_byte);
  EncodeExtras(events, begin, end, out);
  return end;
}

Position FrameEncoder::EncodeSeries(const Columns& events, const Position& begin, v1::EventColumns& out) {
  const size_t events_end = std::min(events.count(), begin.event + event::kFrameEventsMax);
  out.mutable_series()->Reserve(static_cast<int>(events_end - begin.event));
  Position end = begin;
  for (size_t bytes = 0; end.event < events_end;) {
    const route::SeriesNumber number = events.series[end.event];
    const route::SeriesName* new_name = IdOf(number) == 0 ? &series_.Of(number) : nullptr;
    Position next = end;
    events.Advance(next, 1);
    bytes += kEventBytes + (next.key_byte - end.key_byte) + (next.extras - end.extras) * kExtrasBytes +
             (next.id_byte - end.id_byte) + (new_name != nullptr ? new_name->wire_bytes() : 0);
    if (bytes > event::kFrameBytesMax && end.event > begin.event) break;
    if (new_name != nullptr) Name(number, *new_name, out);
    out.mutable_series()->AddAlreadyReserved(IdOf(number) - 1);
    end = next;
  }
  return end;
}

uint32_t FrameEncoder::IdOf(route::SeriesNumber number) const {
  const auto index = static_cast<size_t>(number);
  return index < id_plus_one_.size() ? id_plus_one_[index] : 0;
}

void FrameEncoder::Name(route::SeriesNumber number, const route::SeriesName& name, v1::EventColumns& out) {
  const auto index = static_cast<size_t>(number);
  if (index >= id_plus_one_.size()) id_plus_one_.resize(index + 1);
  v1::SeriesEntry& entry = *out.add_series_added();
  entry.set_id(next_id_);
  entry.mutable_series()->set_flow(name.flow);
  for (const auto& [label, value] : name.labels) {
    v1::Label& added = *entry.mutable_series()->add_labels();
    added.set_name(label);
    added.set_value(value);
  }
  id_plus_one_[index] = ++next_id_;
}

}  // namespace oneway::partitioner::forward
