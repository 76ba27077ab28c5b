// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/event/event.h"

namespace oneway::event {

// How many series a stream from partitioner to joiner has names for at a time: its dictionary has the ids 0 to
// kStreamSeriesMax - 1, and a series that is new to a full one takes the id of another. Both sides keep that many names
// for each stream, however many there are in its life.
inline constexpr uint32_t kStreamSeriesMax = 8192;
// Those that one frame uses must all fit, for a frame's entries are read before its events.
static_assert(kStreamSeriesMax >= 2 * kFrameEventsMax);

}  // namespace oneway::event
