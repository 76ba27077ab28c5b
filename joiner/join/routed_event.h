// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/event/event.h"
#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/journal/row.h"

namespace oneway::join {

using journal::kNoTime;

// An event that reached the shard that owns its key; checked against all bounds before. `key` and `id` point
// into the decoded batch.
struct RoutedEvent {
  event::Kind kind = event::Kind::kStart;
  hash::Fingerprint fingerprint;
  flow::SeriesId series{};
  flow::FlowId flow{};
  Time time{};
  std::string_view key;
  std::string_view id;        // PART_*: the part; STAGE: the stage; END: the end id
  Time not_before = kNoTime;  // START: the flow was told to wait until then; kNoTime: at once
  uint64_t generation = 0;    // START, END: which life of a key that is used again; 0: not said
  uint32_t expected = 0;      // START, COMPLETED: how many parts to wait for; 0 = not said
};

}  // namespace oneway::join
