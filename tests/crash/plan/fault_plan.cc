// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/plan/fault_plan.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace oneway::test::crash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Random = std::mt19937_64;

struct Named {
  FaultKind kind;
  const char* name;
  const char* victim;
};
constexpr std::array kNames = {
    Named{FaultKind::kJoinerKill, "joiner-kill", "joiner"},
    Named{FaultKind::kJoinerKillTwice, "joiner-kill-twice", "joiner"},
    Named{FaultKind::kJoinerAndPartitionerKill, "joiner-and-partitioner-kill", "joiner"},
    Named{FaultKind::kPartitionerKill, "partitioner-kill", "partitioner"},
    Named{FaultKind::kHostKill, "host-kill", "host"},
    Named{FaultKind::kJoinerStop, "joiner-stop", "joiner"},
    Named{FaultKind::kPartitionerStop, "partitioner-stop", "partitioner"},
    Named{FaultKind::kHostStop, "host-stop", "host"},
    Named{FaultKind::kJoinerRestart, "joiner-restart", "joiner"},
    Named{FaultKind::kPartitionerRestart, "partitioner-restart", "partitioner"},
    Named{FaultKind::kLinkCut, "link-cut", nullptr},
    Named{FaultKind::kLinkSilent, "link-silent", nullptr},
    Named{FaultKind::kLinkDelay, "link-delay", nullptr},
    Named{FaultKind::kLinkSlow, "link-slow", nullptr},
};

const Named& EntryOf(FaultKind kind) {
  return kNames[static_cast<size_t>(kind)];
}

Duration DrawBetween(Random& random, Duration low, Duration high) {
  return Duration(std::uniform_int_distribution<int64_t>(low.count(), high.count())(random));
}

bool IsStop(FaultKind kind) {
  return kind == FaultKind::kJoinerStop || kind == FaultKind::kPartitionerStop || kind == FaultKind::kHostStop;
}

bool IsOfLinks(FaultKind kind) {
  return kind >= FaultKind::kLinkCut;
}

// Stops take 1 s to 20 s, most of them little; other faults less, but some of those of links longer than a client
// waits.
Duration DrawLasts(Random& random, FaultKind kind) {
  if (IsOfLinks(kind) && random() % 4 == 0) return DrawBetween(random, seconds(1), seconds(4));
  if (!IsStop(kind)) return DrawBetween(random, milliseconds(20), milliseconds(700));
  const auto draw = random() % 40;
  if (draw == 0) return DrawBetween(random, seconds(6), seconds(20));
  return draw < 5 ? DrawBetween(random, seconds(2), seconds(6)) : DrawBetween(random, seconds(1), seconds(2));
}

uint32_t VictimsOf(const Fault& fault) {
  const char* const process = EntryOf(fault.kind).victim;
  if (process == nullptr) return fault.to_joiner ? kJoiners : kPartitioners;
  const std::string victim = process;
  if (victim == "host") return kHosts;
  return victim == "joiner" ? kJoiners : kPartitioners;
}

FaultKind KindOf(uint64_t seed, uint32_t cycle, std::vector<FaultKind> kinds) {
  const auto round = static_cast<uint64_t>(cycle) / kinds.size();
  Random random(seed * 1'000'003 + round);
  // Not std::shuffle, whose order differs between libraries.
  for (size_t i = kinds.size(); i > 1; --i) std::swap(kinds[i - 1], kinds[random() % i]);
  return kinds[cycle % kinds.size()];
}

int64_t Millis(Duration duration) {
  return std::chrono::duration_cast<milliseconds>(duration).count();
}

}  // namespace

const std::vector<FaultKind>& AllFaultKinds() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<FaultKind>;
    for (const Named& entry : kNames) all->push_back(entry.kind);
    return all;
  }();
  return *kAll;
}

std::string NameOf(FaultKind kind) {
  return EntryOf(kind).name;
}

std::optional<FaultKind> FaultKindNamed(const std::string& name) {
  for (const Named& entry : kNames) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

std::string Fault::ToString() const {
  std::string text = NameOf(kind) + " ";
  const char* const process = EntryOf(kind).victim;
  if (process != nullptr) {
    text += process;
  } else {
    text += to_joiner ? "joiner" : "partitioner";
  }
  text += "-" + std::to_string(victim);
  if (kind == FaultKind::kJoinerAndPartitionerKill) text += " partitioner-" + std::to_string(other);
  if (kind == FaultKind::kLinkSilent) text += backwards ? " (answers)" : " (events)";
  return text + " after " + std::to_string(Millis(after)) + " ms for " + std::to_string(Millis(lasts)) + " ms";
}

Fault FaultOf(uint64_t seed, uint32_t cycle, const std::vector<FaultKind>& kinds) {
  Random random(seed ^ (uint64_t{cycle} + 1) * 0x9e3779b97f4a7c15);
  Fault fault{.kind = KindOf(seed, cycle, kinds)};
  fault.to_joiner = random() % 2 == 0;
  fault.backwards = random() % 2 == 0;
  fault.victim = static_cast<uint32_t>(random() % VictimsOf(fault));
  fault.other = static_cast<uint32_t>(random() % kPartitioners);
  fault.after = DrawBetween(random, milliseconds(250), milliseconds(900));
  fault.lasts = DrawLasts(random, fault.kind);
  return fault;
}

}  // namespace oneway::test::crash
