// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::forward {

// Writes events into the columns of a frame, and the names of series that this stream's dictionary does not have. That
// is bounded: when it is full, a new series takes the id of one that was not used for a while.
//
// Flow: a lane encodes its unsent events; one encoder for each lane, because each stream has its own dictionary.
// Threading: external.
class FrameEncoder {
 public:
  // `series` outlives the encoder; it holds the series of all events that are encoded.
  explicit FrameEncoder(const route::SeriesTable& series) : series_(series) {}

  // A new stream: its dictionary is empty.
  void Reset();
  // Fills `out` with events from `begin` on, as many as the bounds of a frame allow, at least one. `first` is the
  // number of the first of them in the stream. Returns the position behind the last.
  route::Position Encode(const route::Columns& events, const route::Position& begin, uint64_t first,
                         v1::EventColumns& out);

 private:
  struct Named {
    route::SeriesNumber number{};
    uint64_t frame = 0;   // that used it last
    bool recent = false;  // It was used since it was last looked at for being replaced.
  };

  route::Position EncodeSeries(const route::Columns& events, const route::Position& begin, v1::EventColumns& out);
  std::optional<uint32_t> FindId(route::SeriesNumber number) const;
  uint32_t Name(route::SeriesNumber number, const route::SeriesName& name, v1::EventColumns& out);
  uint32_t IdForNew(route::SeriesNumber number);
  void Use(uint32_t id) {
    named_[id].frame = frame_;
    named_[id].recent = true;
  }

  const route::SeriesTable& series_;
  std::vector<Named> named_;                                // by the stream's id; at most event::kStreamSeriesMax
  absl::flat_hash_map<route::SeriesNumber, uint32_t> ids_;  // those in named_
  size_t hand_ = 0;                                         // the next in named_ to be looked at for being replaced
  uint64_t frame_ = 0;                                      // counts the calls of Encode
};

}  // namespace oneway::partitioner::forward
