// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "oneway/v1/forward.pb.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::forward {

// Writes events into the columns of a frame, and the names of series that this stream has not named yet.
//
// Flow: a lane encodes its unsent events; one encoder for each lane, because each stream has its own dictionary.
// Threading: external.
class FrameEncoder {
 public:
  // `series` outlives the encoder.
  explicit FrameEncoder(const route::SeriesTable& series) : series_(series) {}

  // A new stream: its dictionary is empty.
  void Reset();
  // Fills `out` with events from `begin` on, as many as the bounds of a frame allow, at least one. `first` is the
  // number of the first of them in the stream. Returns the position behind the last.
  route::Position Encode(const route::Columns& events, const route::Position& begin, uint64_t first,
                         v1::EventColumns& out);

 private:
  route::Position EncodeSeries(const route::Columns& events, const route::Position& begin, v1::EventColumns& out);
  uint32_t IdOf(route::SeriesNumber number) const;
  void Name(route::SeriesNumber number, const route::SeriesName& name, v1::EventColumns& out);

  const route::SeriesTable& series_;
  std::vector<uint32_t> id_plus_one_;  // the stream's id of a series, by SeriesNumber; 0 = not named yet
  uint32_t next_id_ = 0;
};

}  // namespace oneway::partitioner::forward
