// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/oracle/sent_flow.h"

#include <map>
#include <optional>

namespace oneway::test::crash {
namespace {

using Verdict = KeyJudgement::Verdict;

std::string NameOf(const FlowSource& source, const Ack& ack) {
  return "event " + std::to_string(ack.event) + " of " + PlanFlow(source, ack.flow).key;
}

bool IsAck(v1::EventStatus status) {
  return status == v1::OK || status == v1::DUPLICATE;
}

// The time that the reply has to name as the flow's start; none where no start was applied.
std::optional<Time> StartOf(const SentFlow& flow, EventSet applied) {
  for (size_t i = 0; i < flow.plan.events.size(); ++i) {
    const PlannedEvent& event = flow.plan.events[i];
    if (event.kind == event::Kind::kStart && applied.Has(i)) return flow.base + event.time;
  }
  return std::nullopt;
}

bool Shows(const v1::KeyReply& reply, const SentFlow& flow, EventSet applied, const Fate& fate) {
  if (reply.state() != fate.state || reply.empty() != fate.empty) return false;
  const bool has_latency = fate.state == v1::MATCHED || fate.state == v1::LATE;
  if (has_latency && Duration(reply.latency_nanos()) != fate.latency) return false;
  const std::optional<Time> start = StartOf(flow, applied);
  return reply.started_unix_nanos() == (start ? ToUnixNanos(*start) : 0);
}

// Whether the reply can be of a key from which acknowledged events are missing.
bool Lacks(const v1::KeyReply& reply) {
  switch (reply.state()) {
    case v1::ABSENT:
    case v1::OPEN:
    case v1::EARLY:
    case v1::EXPIRED:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<SentFlow> SentFlowsOf(const FlowSource& source, const EventLog::Content& log, Findings& findings) {
  std::map<uint64_t, SentFlow> flows;
  for (const Intent& intent : log.intents) {
    const auto [flow, added] = flows.try_emplace(intent.flow);
    if (added) flow->second = {.plan = PlanFlow(source, intent.flow), .base = intent.base};
    flow->second.intended.Add(intent.event);
  }
  for (const Ack& ack : log.acks) {
    const auto flow = flows.find(ack.flow);
    if (flow == flows.end() || !flow->second.intended.Has(ack.event)) {
      findings.Unexplained(NameOf(source, ack) + " was acknowledged and never sent");
    } else if (IsAck(ack.status)) {
      flow->second.acked.Add(ack.event);
    } else {
      ++findings.lost;
      findings.Say(NameOf(source, ack) + " was refused: " + v1::EventStatus_Name(ack.status));
    }
  }
  std::vector<SentFlow> sent;
  for (auto& [number, flow] : flows) sent.push_back(std::move(flow));
  return sent;
}

KeyJudgement Judge(const SentFlow& flow, const v1::KeyReply& reply) {
  const uint32_t open_bits = flow.intended.bits() & ~flow.acked.bits();
  // All subsets of what may have arrived, the largest first.
  for (uint32_t bits = open_bits;; bits = (bits - 1) & open_bits) {
    const EventSet applied = EventSet::Of(flow.acked.bits() | bits);
    const Fate fate = FateOf(flow.plan, applied);
    if (Shows(reply, flow, applied, fate)) return {Verdict::kFine, fate};
    const Fate before = {.state = v1::OPEN};
    if (fate.by_clock && Shows(reply, flow, applied, before)) return {Verdict::kPending, before};
    if (bits == 0) break;
  }
  return {Lacks(reply) ? Verdict::kLost : Verdict::kWrong, {}};
}

}  // namespace oneway::test::crash
