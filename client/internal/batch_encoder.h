// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "client/internal/block.h"
#include "oneway/v1/event.pb.h"
#include "oneway/v1/ingest.pb.h"

namespace oneway::client {

// Writes a block of records as the batch that goes over the wire, and keeps the series it met, so that names are read
// once and not once a batch.
//
// Flow: Outbox -> BatchEncoder -> EventSink.
// Threading: owned by the sender's thread.
class BatchEncoder {
 public:
  // Fills `batch` anew, except for what is not the block's: oldest_unanswered_unix_nanos.
  void Encode(const Block& block, v1::IngestBatch& batch);

 private:
  struct KnownSeries {
    v1::Series series;
    uint64_t encoding = 0;  // the call of Encode in which `index` is meant
    uint32_t index = 0;     // in the batch's table
  };
  struct HashView {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  uint32_t SeriesIndex(std::string_view series, v1::IngestBatch& batch);

  std::unordered_map<std::string, KnownSeries, HashView, std::equal_to<>> known_;
  uint64_t encoding_ = 0;
};

}  // namespace oneway::client
