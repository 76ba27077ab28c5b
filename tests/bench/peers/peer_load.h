// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/measure/measured.h"
#include "tests/bench/workload/timeline.h"

namespace oneway::bench {

// An event as a peer gets it: matching needs no more.
struct PeerEvent {
  event::Kind kind{};
  std::string key;
  Time time;
};

struct PeerLoadOptions {
  WorkloadOptions workload;
  uint64_t flows = 200'000;
  uint64_t flows_per_second = 100'000;  // by the events' own times
  uint32_t batch_events = 512;          // sent together, and answered before the next
};

// The same events as a joiner gets, in batches, as fast as `send` takes them. `send` returns how many ends found their
// start. Prints "measuring" and "measured" around it. Ends the process when too few matched: an end that came first,
// which a peer cannot match, may be missing, and nothing else.
Findings RunPeerLoad(const PeerLoadOptions& options,
                     const std::function<uint64_t(const std::vector<PeerEvent>& batch)>& send);

}  // namespace oneway::bench
