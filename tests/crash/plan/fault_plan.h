// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"

namespace oneway::test::crash {

// The cluster that faults strike.
inline constexpr uint32_t kPartitioners = 2;
inline constexpr uint32_t kJoiners = 3;
inline constexpr uint32_t kHosts = 4;

enum class FaultKind : uint8_t {
  kJoinerKill,
  kJoinerKillTwice,           // again while it recovers
  kJoinerAndPartitionerKill,  // at the same instant
  kPartitionerKill,
  kHostKill,
  kJoinerStop,  // SIGSTOP, later SIGCONT
  kPartitionerStop,
  kHostStop,
  kJoinerRestart,  // SIGTERM
  kPartitionerRestart,
  kLinkCut,     // connections are closed and refused
  kLinkSilent,  // one way
  kLinkDelay,
  kLinkSlow,
};
// All, in the order above.
const std::vector<FaultKind>& AllFaultKinds();
// Such as "joiner-kill".
std::string NameOf(FaultKind kind);
std::optional<FaultKind> FaultKindNamed(const std::string& name);

// One fault of one cycle.
struct Fault {
  FaultKind kind{};
  uint32_t victim = 0;     // which joiner, partitioner or host
  uint32_t other = 0;      // kJoinerAndPartitionerKill: which partitioner
  bool to_joiner = false;  // links: those to joiner `victim`; otherwise those from hosts to partitioner `victim`
  bool backwards = false;  // silent links: what comes back is held, not what goes there
  Duration after{};        // since the load began
  Duration lasts{};        // until the process goes on or is started again, or the links are well

  std::string ToString() const;  // "joiner-kill joiner-1 after 312 ms for 80 ms"
};

// The fault of a cycle. The kinds given come in an order drawn anew for each round of all of them, so that any run of
// cycles meets each about as often. Pure: the same arguments give the same fault.
Fault FaultOf(uint64_t seed, uint32_t cycle, const std::vector<FaultKind>& kinds);

}  // namespace oneway::test::crash
