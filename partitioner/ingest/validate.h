// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "common/event/event.h"
#include "oneway/v1/ingest.pb.h"

namespace oneway::partitioner::ingest {

// What a partitioner checks of what a client sends; times are judged by the joiners. Pure.

// The bounds of a whole batch: INVALID_ARGUMENT, for people, when one is broken. Such a client is wrong for good.
absl::Status CheckBatch(const v1::IngestBatch& batch);

// kNone when events of this series may pass.
event::InvalidReason CheckSeries(const v1::Series& series);

// kNone when the event may pass; `series_count` is the size of its batch's table.
event::InvalidReason CheckEvent(const v1::Event& event, size_t series_count);

}  // namespace oneway::partitioner::ingest
