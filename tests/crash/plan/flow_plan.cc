// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/plan/flow_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

namespace oneway::test::crash {
namespace {

using event::Kind;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// How much later than its first event the last one of a flow is sent, at most: a fault shall strike in between.
constexpr Duration kSendSpanMax = milliseconds(700);
constexpr uint32_t kPartsMax = 4;

struct Share {
  FlowKind kind;
  int percent;
};
constexpr Share kShares[] = {
    {FlowKind::kPair, 54},       {FlowKind::kEndFirst, 8},       {FlowKind::kNegative, 3},
    {FlowKind::kOpen, 5},        {FlowKind::kOrphan, 3},         {FlowKind::kLate, 4},
    {FlowKind::kExpiring, 5},    {FlowKind::kExpectedFanout, 7}, {FlowKind::kDeclaredFanout, 7},
    {FlowKind::kEmptyFanout, 2}, {FlowKind::kOpenFanout, 2},
};

using Random = std::mt19937_64;

int64_t Draw(Random& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

Duration DrawBetween(Random& random, Duration low, Duration high) {
  return Duration(Draw(random, low.count(), high.count()));
}

FlowKind DrawKind(Random& random) {
  int64_t draw = Draw(random, 0, 99);
  for (const Share& share : kShares) {
    if (draw < share.percent) return share.kind;
    draw -= share.percent;
  }
  return FlowKind::kPair;
}

// From a microsecond to seconds, every magnitude alike; some exactly on a bound of a histogram's bucket, or just above.
Duration DrawLatency(Random& random) {
  const int64_t draw = Draw(random, 0, 99);
  if (draw < 2) return Duration::zero();
  if (draw < 20) {
    const Duration bound = duration_cast<nanoseconds>(seconds(4)) / (int64_t{1} << Draw(random, 0, 9));
    return draw < 14 ? bound : bound + nanoseconds(1);
  }
  const double exponent = std::uniform_real_distribution<double>(std::log(1e3), std::log(8e9))(random);
  return Duration(static_cast<int64_t>(std::exp(exponent)));
}

PlannedEvent Event(Kind kind, Duration time, Duration send_after) {
  return {.kind = kind, .time = time, .send_after = send_after};
}

// One start, one end, or only one of them.
void PlanPair(Random& random, PlannedFlow& flow) {
  const Duration later = DrawBetween(random, Duration::zero(), kSendSpanMax);
  Duration latency = DrawLatency(random);
  if (flow.kind == FlowKind::kNegative) latency = -std::max<Duration>(latency, nanoseconds(1));
  if (flow.kind == FlowKind::kLate) latency += kBriefTtl + nanoseconds(1);
  const bool has_end = flow.kind != FlowKind::kOpen && flow.kind != FlowKind::kExpiring;
  const bool has_start = flow.kind != FlowKind::kOrphan;
  const bool end_first = flow.kind == FlowKind::kEndFirst;
  if (flow.kind == FlowKind::kExpiring) latency = DrawBetween(random, Duration::zero(), kBriefTtl);
  if (end_first) {
    flow.events.push_back(Event(Kind::kEnd, Duration::zero(), Duration::zero()));
    flow.events.push_back(Event(Kind::kStart, -latency, later));
    return;
  }
  if (has_start) flow.events.push_back(Event(Kind::kStart, has_end ? later - latency : -latency, Duration::zero()));
  if (has_end) flow.events.push_back(Event(Kind::kEnd, later, has_start ? later : Duration::zero()));
}

void PlanParts(Random& random, bool declared, PlannedFlow& flow) {
  const auto parts = static_cast<uint32_t>(Draw(random, 1, kPartsMax));
  if (flow.kind == FlowKind::kExpectedFanout) flow.events.front().expected = parts;
  for (uint32_t part = 0; part < parts; ++part) {
    const std::string name = "part-" + std::to_string(part);
    const Duration later = DrawBetween(random, Duration::zero(), kSendSpanMax);
    if (declared) {
      flow.events.push_back(Event(Kind::kPartStarted, Duration::zero(), Duration::zero()));
      flow.events.back().part = name;
    }
    if (flow.kind == FlowKind::kOpenFanout && part == 0) continue;
    flow.events.push_back(Event(Kind::kPartEnded, later, later));
    flow.events.back().part = name;
  }
}

void PlanFanout(Random& random, PlannedFlow& flow) {
  flow.events.push_back(Event(Kind::kStart, -DrawLatency(random), Duration::zero()));
  const bool declared = flow.kind == FlowKind::kDeclaredFanout || flow.kind == FlowKind::kOpenFanout;
  if (flow.kind != FlowKind::kEmptyFanout) PlanParts(random, declared, flow);
  if (flow.kind == FlowKind::kExpectedFanout) return;
  PlannedEvent completed = Event(Kind::kCompleted, kSendSpanMax, Duration::zero());
  completed.after_others = true;
  flow.events.push_back(completed);
}

bool IsFanout(FlowKind kind) {
  return kind >= FlowKind::kExpectedFanout;
}

const char* FlowOf(FlowKind kind) {
  if (IsFanout(kind)) return kTaskFlow;
  return kind == FlowKind::kLate || kind == FlowKind::kExpiring ? kBriefFlow : kPairFlow;
}

// A good seed for each flow, from numbers that are close to each other.
uint64_t Mixed(uint64_t a, uint64_t b) {
  uint64_t mixed = a * 0x9e3779b97f4a7c15 + b;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

// The latest time of the applied events of a kind; none where none was applied.
std::optional<Duration> TimeOf(const PlannedFlow& flow, EventSet applied, Kind kind) {
  std::optional<Duration> latest;
  for (size_t i = 0; i < flow.events.size(); ++i) {
    if (flow.events[i].kind != kind || !applied.Has(i)) continue;
    latest = std::max(latest.value_or(flow.events[i].time), flow.events[i].time);
  }
  return latest;
}

Fate FateOfPair(const PlannedFlow& flow, EventSet applied) {
  const auto start = TimeOf(flow, applied, Kind::kStart);
  const auto end = TimeOf(flow, applied, Kind::kEnd);
  if (start && end) {
    return {.state = flow.kind == FlowKind::kLate ? v1::LATE : v1::MATCHED, .latency = *end - *start};
  }
  if (end) return {.state = v1::EARLY};
  return {.state = flow.flow == kBriefFlow ? v1::EXPIRED : v1::OPEN, .by_clock = flow.flow == kBriefFlow};
}

Fate FateOfFanout(const PlannedFlow& flow, EventSet applied) {
  const auto start = TimeOf(flow, applied, Kind::kStart);
  if (!start) return {.state = v1::EARLY};
  const bool expects = flow.kind == FlowKind::kExpectedFanout;
  if (flow.kind == FlowKind::kOpenFanout || applied != EventSet::All(flow.events.size())) return {.state = v1::OPEN};
  const auto last_part = TimeOf(flow, applied, Kind::kPartEnded);
  const auto completed = TimeOf(flow, applied, Kind::kCompleted);
  return {.state = v1::MATCHED,
          .latency = (last_part ? *last_part : *completed) - *start,
          .empty = !last_part,
          .by_clock = !expects};
}

}  // namespace

std::string FlowsConfig(seconds remembered) {
  const std::string seconds_remembered = std::to_string(remembered.count()) + "s\n";
  const std::string window = "    retry_window: " + seconds_remembered;
  return "flows:\n"
         "  - name: pair\n    ttl: 24h\n" +
         window + "  - name: brief\n    ttl: " + std::to_string(kBriefTtl / seconds(1)) +
         "s\n    arrival_grace: 100ms\n    late_window: " + seconds_remembered + window +
         "  - name: task\n    shape: fanout\n    ttl: 24h\n    settle: 300ms\n" + window;
}

PlannedFlow PlanFlow(const FlowSource& source, uint64_t number) {
  Random random(Mixed(Mixed(Mixed(source.seed, source.cycle), source.host), number));
  PlannedFlow flow{.kind = DrawKind(random)};
  flow.flow = FlowOf(flow.kind);
  flow.key = "c" + std::to_string(source.cycle) + "-h" + std::to_string(source.host) + "-" + std::to_string(number);
  if (IsFanout(flow.kind)) {
    PlanFanout(random, flow);
  } else {
    PlanPair(random, flow);
  }
  return flow;
}

Fate FateOf(const PlannedFlow& flow, EventSet applied) {
  if (applied.empty()) return {};
  return IsFanout(flow.kind) ? FateOfFanout(flow, applied) : FateOfPair(flow, applied);
}

}  // namespace oneway::test::crash
