// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "client/internal/record.h"
#include "common/event/event.h"

namespace oneway::client {

// The records of one batch; stays as it is, however often it is sent.
// Threading: external.
struct Block {
  std::string bytes;
  uint32_t events = 0;
  size_t wire_bytes_max = 0;  // of the serialized batch
  int64_t oldest_unix_nanos = INT64_MAX;
  bool was_sent = false;
  bool took_tokens = false;  // of the retry budget, one an event

  // Of the sending that is not answered.
  uint64_t batch = 0;
  std::chrono::steady_clock::time_point sent_at{};

  // Room in a batch for its own two integers.
  static constexpr size_t kWireBytesMax = event::kBatchBytesMax - 64;

  bool HasRoomFor(const RecordView& record, uint32_t events_max) const {
    return events < events_max && wire_bytes_max + record.WireBytesMax() <= kWireBytesMax;
  }

  void Add(const RecordView& record) {
    bytes.append(record.bytes());
    ++events;
    wire_bytes_max += record.WireBytesMax();
    oldest_unix_nanos = std::min(oldest_unix_nanos, record.time_unix_nanos());
  }

  // Calls `visit` with the RecordView of each record, in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t at = 0; at < bytes.size();) {
      const RecordView record(bytes.data() + at);
      visit(record);
      at += record.bytes().size();
    }
  }
};

}  // namespace oneway::client
