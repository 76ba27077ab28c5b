// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/packed_key.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// A key that has its start and waits for its end. 64 bytes; a key of up to 22 bytes, or a UUID, costs
// nothing beyond.
// Threading: owned by the shard's thread.
struct OpenKey {
  hash::Fingerprint fingerprint;
  journal::Sequence sequence{};  // of its START row
  Time start;
  flow::SeriesId series{};
  uint16_t flow_id : 12 = 0;     // FlowId; kFlowsMax fits
  uint16_t is_uncommon : 1 = 0;  // Slot knows more of it.
  PackedKey key;

  flow::FlowId flow() const { return flow::FlowId(flow_id); }
  // The span unless Slot knows more: a single start was applied.
  EventSpan ImpliedSpan() const { return {start, start}; }
};
static_assert(sizeof(OpenKey) == 64);
static_assert(flow::kFlowsMax <= (1 << 12));

}  // namespace oneway::join
