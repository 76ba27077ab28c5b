// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "client/client.h"
#include "common/event/event.h"

namespace oneway::client {

// An event as the client keeps it: bytes in a row, so that the caller's thread only copies.
//
//   record := Head [Extras] series key id
//   series := flow_size:1 flow (name_size:1 name value_size:1 value)*    equal for events of one series
//
// The bytes stay inside the process: native byte order, unaligned.
struct RecordHead {
  int64_t time_unix_nanos;
  uint16_t bytes;  // of the whole record
  uint16_t series_bytes;
  uint16_t key_bytes;
  uint8_t id_bytes;
  event::Kind kind;
  bool has_extras;
};

struct RecordExtras {
  int64_t not_before_unix_nanos;
  uint64_t generation;
  uint32_t expected;
};

inline constexpr size_t kRecordBytesMax =
    sizeof(RecordHead) + sizeof(RecordExtras) + 1 + event::kFlowNameBytesMax +
    event::kLabelsMax * (2 + event::kLabelNameBytesMax + event::kLabelValueBytesMax) + event::kKeyBytesMax +
    event::kIdBytesMax;

// Bytes that the record of a valid event takes.
size_t RecordBytes(std::string_view flow, std::string_view key, const EventOptions& options);

// Writes the record of a valid event to `to`, which has room for RecordBytes().
void WriteRecord(event::Kind kind, std::string_view flow, std::string_view key, const EventOptions& options, char* to);

// Reads a record where it lies.
// Threading: immutable; the bytes must outlive it.
class RecordView {
 public:
  explicit RecordView(const char* record) : record_(record) { std::memcpy(&head_, record, sizeof(head_)); }

  event::Kind kind() const { return head_.kind; }
  int64_t time_unix_nanos() const { return head_.time_unix_nanos; }
  std::string_view bytes() const { return {record_, head_.bytes}; }
  std::string_view series() const { return {record_ + SeriesOffset(), head_.series_bytes}; }
  std::string_view key() const { return {record_ + SeriesOffset() + head_.series_bytes, head_.key_bytes}; }
  std::string_view id() const { return {key().data() + head_.key_bytes, head_.id_bytes}; }
  RecordExtras extras() const {
    RecordExtras extras{};
    if (head_.has_extras) std::memcpy(&extras, record_ + sizeof(head_), sizeof(extras));
    return extras;
  }

  // The event takes at most so many bytes of a serialized batch, its series included.
  size_t WireBytesMax() const;

 private:
  size_t SeriesOffset() const { return sizeof(head_) + (head_.has_extras ? sizeof(RecordExtras) : 0); }

  const char* record_;
  RecordHead head_;
};

}  // namespace oneway::client
