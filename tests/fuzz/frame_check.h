// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "joiner/shard/wall_reading.h"
#include "joiner/shard/work.h"
#include "oneway/v1/forward.pb.h"

namespace oneway::fuzz {

// What a frame said and under which circumstances it was read.
struct FrameReading {
  const oneway::v1::EventColumns& columns;  // as before decoding
  const std::vector<std::string>& flows;    // of the stream's dictionary, by id
  shard::WallReading wall;
  Duration skew_max{};
};

// CHECKs that `batch` is what a frame that was taken said: each event is either there, within the bounds of
// common/event/event.h and as it was sent, or refused, with a reason that is true of it; none is both, none is lost.
void CheckBatch(const FrameReading& reading, const shard::EventBatch& batch);

}  // namespace oneway::fuzz
