// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/flow/ids.h"
#include "common/flow/rules.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/gathering_key.h"

namespace oneway::join {

// An open key, of whatever shape, as it is shown to one who looks at all of them. Valid while it is shown.
struct OpenKeyView {
  const hash::Fingerprint& fingerprint;
  std::string_view key;  // empty where the flow hides its keys
  flow::FlowId flow{};
  flow::SeriesId series{};
  Time start;
  Time since;  // from when on its latency counts: its start, or not_before where that is later
  Time deadline;
  const flow::Rules& rules;               // of its flow
  const GatheringKey* gathers = nullptr;  // its parts or ends; null: it takes one end
};

}  // namespace oneway::join
