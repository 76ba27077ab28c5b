// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/key_bytes.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// A key that has its start and waits for its end. 64 bytes; a key of up to 22 bytes costs nothing beyond.
// Threading: owned by the shard's thread.
struct OpenKey {
  hash::Fingerprint fingerprint;
  journal::Sequence sequence{};  // of its START row
  Time start;
  KeyBytes key;
  flow::SeriesId series{};
  uint16_t flow_id = 0;      // FlowId; kFlowsMax fits
  bool is_uncommon = false;  // Slot knows more of it.

  flow::FlowId flow() const { return flow::FlowId(flow_id); }
  // The span unless Slot knows more: a single start was applied.
  EventSpan ImpliedSpan() const { return {start, start}; }
};
static_assert(sizeof(OpenKey) == 64);
static_assert(flow::kFlowsMax <= UINT16_MAX);

}  // namespace oneway::join
