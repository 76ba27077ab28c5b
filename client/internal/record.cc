// SPDX-License-Identifier: Apache-2.0
#include "client/internal/record.h"

namespace oneway::client {
namespace {

bool HasExtras(const EventOptions& options) {
  return options.generation != 0 || options.expected != 0 || options.not_before != Time{};
}

size_t SeriesBytes(std::string_view flow, std::span<const Label> labels) {
  size_t bytes = 1 + flow.size();
  for (const Label& label : labels) bytes += 2 + label.name.size() + label.value.size();
  return bytes;
}

char* Put(const void* data, size_t bytes, char* to) {
  std::memcpy(to, data, bytes);
  return to + bytes;
}

char* PutShort(std::string_view text, char* to) {
  *to = static_cast<char>(text.size());
  return Put(text.data(), text.size(), to + 1);
}

}  // namespace

size_t RecordBytes(std::string_view flow, std::string_view key, const EventOptions& options) {
  return sizeof(RecordHead) + (HasExtras(options) ? sizeof(RecordExtras) : 0) + SeriesBytes(flow, options.labels) +
         key.size() + options.end_id.size();
}

void WriteRecord(event::Kind kind, std::string_view flow, std::string_view key, const EventOptions& options, char* to) {
  const RecordHead head{.time_unix_nanos = options.time.time_since_epoch().count(),
                        .bytes = static_cast<uint16_t>(RecordBytes(flow, key, options)),
                        .series_bytes = static_cast<uint16_t>(SeriesBytes(flow, options.labels)),
                        .key_bytes = static_cast<uint16_t>(key.size()),
                        .id_bytes = static_cast<uint8_t>(options.end_id.size()),
                        .kind = kind,
                        .has_extras = HasExtras(options)};
  to = Put(&head, sizeof(head), to);
  if (head.has_extras) {
    const RecordExtras extras{.not_before_unix_nanos = options.not_before.time_since_epoch().count(),
                              .generation = options.generation,
                              .expected = options.expected};
    to = Put(&extras, sizeof(extras), to);
  }
  to = PutShort(flow, to);
  for (const Label& label : options.labels) to = PutShort(label.value, PutShort(label.name, to));
  to = Put(key.data(), key.size(), to);
  // An empty view may be a null pointer, which memcpy must not see.
  if (!options.end_id.empty()) Put(options.end_id.data(), options.end_id.size(), to);
}

size_t RecordView::WireBytesMax() const {
  // Tags, lengths and integers of an Event, and of a Series apart from its labels.
  constexpr size_t kEventOverhead = 64;
  // Two lengths of a byte become three tags with a length of at most two bytes.
  constexpr size_t kLabelOverhead = 8;
  return kEventOverhead + event::kLabelsMax * kLabelOverhead + head_.series_bytes + head_.key_bytes + head_.id_bytes;
}

}  // namespace oneway::client
