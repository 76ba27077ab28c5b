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
  uint64_t flow = 0;
  event::Kind kind{};
  std::string key;
  Time time;
};

struct PeerLoadOptions {
  WorkloadOptions workload;
  uint64_t flows = 200'000;
  uint64_t flows_per_second = 350'000;  // by the events' own times
  uint32_t batch_events = 512;          // sent together, and answered before the next
};

// A peer as the load sees it.
struct Peer {
  // Returns how many ends of the batch found their start.
  std::function<uint64_t(const std::vector<PeerEvent>& batch)> send;
  // After the last batch: asks the peer to do what it put off, which belongs to the price.
  std::function<void()> settle = [] {};
};

// The same events as a joiner gets, in batches, as fast as the peer takes them. Prints "measuring" before the first and
// "measured" once the peer has settled. Ends the process when too few matched: an end that came first, which a peer
// cannot match, may be missing, and nothing else.
Findings RunPeerLoad(const PeerLoadOptions& options, const Peer& peer);

}  // namespace oneway::bench
