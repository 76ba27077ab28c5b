// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/traffic.h"

#include <algorithm>

namespace oneway::test {

using namespace std::chrono_literals;

namespace {

constexpr Duration kTtl = 60s;
constexpr Duration kRetryWindow = 20s;
constexpr Duration kArrivalGrace = 3s;
// How far expiry and orphans may be behind the joiner clock, or a commit ahead of the one that is looked at.
constexpr Duration kLag = 3s;

uint64_t& BoundOf(ExpectedTotals::Bounds& bounds, bool surely) {
  return surely ? bounds.min : bounds.max;
}

}  // namespace

flow::Rules TrafficRules() {
  return {.ttl = kTtl, .retry_window = kRetryWindow, .late_window = 60s, .arrival_grace = kArrivalGrace};
}

void Traffic::RunUntil(Duration now, size_t flows) {
  for (size_t i = 0; i < flows; ++i) BeginFlow(now_ + UpTo(now - now_));
  now_ = now;
}

void Traffic::BeginFlow(Duration at) {
  const size_t number = flows_.size();
  Flow flow{.key = "flow-" + std::to_string(number), .start = at};
  const uint64_t fate = random_() % 100;
  if (fate < 60) {  // matches, most of them soon
    flow.end = at + std::min(UpTo(1s) * static_cast<int64_t>(1 + random_() % 30), kTtl);
  } else if (fate < 70) {  // matches; its end overtakes its start
    flow.end = at + UpTo(5s);
  } else if (fate < 75) {  // an end before the start
    flow.end = at - 1ms - UpTo(2s);
  } else if (fate < 83) {  // late
    flow.end = at + kTtl + 1ms + UpTo(20s);
  }
  const bool overtaken = fate >= 60 && fate < 70;
  const bool has_start = fate < 97;  // or the start was lost: an orphan
  const bool has_end = fate < 83 || !has_start;
  if (!has_start) flow.end = at;
  if (has_start) flow.start_event = Emit(Start(flow.key, flow.start), overtaken ? flow.end + UpTo(2s) : flow.start);
  if (has_end) flow.end_event = Emit(End(flow.key, flow.end), std::max(flow.end, at));
  flows_.push_back(std::move(flow));
}

size_t Traffic::Emit(TestEvent event, Duration send_at) {
  waiting_.insert(events_.size());
  events_.push_back({.event = std::move(event), .send_at = send_at});
  return events_.size() - 1;
}

Duration Traffic::UpTo(Duration bound) {
  return Duration(std::uniform_int_distribution<int64_t>(0, bound.count())(random_));
}

std::vector<size_t> Traffic::Due(Duration now) const {
  std::vector<size_t> due;
  for (const size_t number : waiting_) {
    if (events_[number].send_at <= now) due.push_back(number);
  }
  return due;
}

void Traffic::Acked(size_t event) {
  events_[event].acked = true;
  waiting_.erase(event);
}

Duration Traffic::LowMark() const {
  Duration low = now_;
  for (const size_t number : waiting_) low = std::min(low, events_[number].event.at);
  return low;
}

bool Traffic::Has(size_t event, bool surely) const {
  if (event == kNone) return false;
  return surely ? events_[event].acked : events_[event].acked || events_[event].sent;
}

ExpectedTotals Traffic::Expected(Time joiner_clock) const {
  ExpectedTotals totals;
  for (const Flow& flow : flows_) {
    for (const bool surely : {true, false}) Expect(flow, surely, joiner_clock, totals);
  }
  return totals;
}

void Traffic::Expect(const Flow& flow, bool surely, Time joiner_clock, ExpectedTotals& totals) const {
  const Time clock = surely ? joiner_clock - kLag : joiner_clock + kLag;
  const bool has_end = Has(flow.end_event, surely);
  if (flow.start_event == kNone && has_end && clock - kRetryWindow > time::FakeClock::At(flow.end)) {
    ++BoundOf(totals.orphan, surely);
  }
  if (!Has(flow.start_event, surely)) return;
  ++BoundOf(totals.started, surely);
  const Duration deadline = flow.start + kTtl;
  const Duration latency = flow.end - flow.start;
  if (has_end && flow.end > deadline) {
    ++BoundOf(totals.late, surely);
    ++BoundOf(totals.expired, surely);
    if (surely) totals.late_latency.Record(latency);
  } else if (has_end) {
    ++BoundOf(totals.matched, surely);
    if (latency < Duration::zero()) ++BoundOf(totals.negative, surely);
    if (surely && latency >= Duration::zero()) totals.latency.Record(latency);
  } else if (clock > time::FakeClock::At(deadline + kArrivalGrace)) {
    ++BoundOf(totals.expired, surely);
  }
}

std::optional<Traffic::MatchedKey> Traffic::SomeMatchedKey() {
  if (flows_.empty()) return std::nullopt;
  const Flow& flow = flows_[random_() % flows_.size()];
  if (!Has(flow.start_event, true) || !Has(flow.end_event, true) || flow.end > flow.start + kTtl) return std::nullopt;
  return MatchedKey{.key = flow.key, .start = flow.start, .end = flow.end};
}

}  // namespace oneway::test
