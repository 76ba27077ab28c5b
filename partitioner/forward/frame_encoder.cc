// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/frame_encoder.h"

#include <algorithm>
#include <string>

#include "common/event/stream_dictionary.h"

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
  named_.clear();
  ids_.clear();
  hand_ = 0;
}

Position FrameEncoder::Encode(const Columns& events, const Position& begin, uint64_t first, v1::EventColumns& out) {
  out.Clear();
  ++frame_;
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
  std::optional<uint32_t> last_id;  // neighbours are mostly alike
  for (size_t bytes = 0; end.event < events_end;) {
    const route::SeriesNumber number = events.series[end.event];
    const bool is_as_last = last_id && number == events.series[end.event - 1];
    const std::optional<uint32_t> known = is_as_last ? last_id : FindId(number);
    const route::SeriesName* new_name = known ? nullptr : &series_.Of(number);
    Position next = end;
    events.Advance(next, 1);
    bytes += kEventBytes + (next.key_byte - end.key_byte) + (next.extras - end.extras) * kExtrasBytes +
             (next.id_byte - end.id_byte) + (new_name != nullptr ? new_name->wire_bytes() : 0);
    if (bytes > event::kFrameBytesMax && end.event > begin.event) break;
    last_id = known ? *known : Name(number, *new_name, out);
    Use(*last_id);
    out.mutable_series()->AddAlreadyReserved(*last_id);
    end = next;
  }
  return end;
}

std::optional<uint32_t> FrameEncoder::FindId(route::SeriesNumber number) const {
  const auto known = ids_.find(number);
  if (known == ids_.end()) return std::nullopt;
  return known->second;
}

uint32_t FrameEncoder::Name(route::SeriesNumber number, const route::SeriesName& name, v1::EventColumns& out) {
  const uint32_t id = IdForNew(number);
  v1::SeriesEntry& entry = *out.add_series_added();
  entry.set_id(id);
  entry.mutable_series()->set_flow(name.flow);
  for (const auto& [label, value] : name.labels) {
    v1::Label& added = *entry.mutable_series()->add_labels();
    added.set_name(label);
    added.set_value(value);
  }
  return id;
}

// Ids that this frame uses stay: a frame uses at most half of those there are, so another one is found.
uint32_t FrameEncoder::IdForNew(route::SeriesNumber number) {
  uint32_t id = static_cast<uint32_t>(named_.size());
  if (named_.size() < event::kStreamSeriesMax) {
    named_.push_back({.number = number});
  } else {
    while (named_[hand_].frame == frame_ || named_[hand_].recent) {
      named_[hand_].recent = false;
      hand_ = (hand_ + 1) % named_.size();
    }
    id = static_cast<uint32_t>(hand_);
    ids_.erase(named_[id].number);
    named_[id] = {.number = number};
  }
  ids_[number] = id;
  return id;
}

}  // namespace oneway::partitioner::forward
