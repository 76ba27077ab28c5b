// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/flow/rules.h"
#include "common/histogram/histogram.h"
#include "common/time/time.h"
#include "tests/support/joiner/joiner_harness.h"

namespace oneway::test {

// By which every flow of a Traffic is judged.
flow::Rules TrafficRules();

// What a joiner must have counted, given what it was told. Expiry and orphans come within a second or two of their
// time, so these have bounds.
struct ExpectedTotals {
  struct Bounds {
    uint64_t min = 0;
    uint64_t max = 0;
  };
  Bounds started;
  Bounds matched;
  Bounds negative;  // subset of matched
  Bounds late;      // subset of expired
  Bounds expired;
  Bounds orphan;
  // Of the least that must be there.
  histogram::Histogram latency;
  histogram::Histogram late_latency;
};

// All that the clients of one joiner emit: flows of every fate, each with a key and times of its own, so that what a
// joiner must count follows from the events alone, whatever happened to it in between.
//
// Flow: RunUntil moves time; what is Due is sent, until it is Acked; Expected says what that must have led to.
// Threading: external. Random by its seed alone.
class Traffic {
 public:
  explicit Traffic(uint64_t seed) : random_(seed) {}

  // Emits everything up to `now`, counted from FakeClock::kBase, with `flows` new flows.
  void RunUntil(Duration now, size_t flows);
  // Clients keep event `event` back until `until`.
  void HoldBack(size_t event, Duration until) { events_[event].send_at = until; }

  // Events by number that clients have and were not told to be durable, those that are held back left out.
  std::vector<size_t> Due(Duration now) const;
  bool AllAcked() const { return waiting_.empty(); }
  const TestEvent& event(size_t number) const { return events_[number].event; }
  size_t events() const { return events_.size(); }
  void Sent(size_t event) { events_[event].sent = true; }
  void Acked(size_t event);
  bool IsAcked(size_t event) const { return events_[event].acked; }
  // No event that clients still have, or will emit, is older.
  Duration LowMark() const;

  // Judged at `joiner_clock`. With no event in flight min and max of all but expiry and orphans are equal.
  ExpectedTotals Expected(Time joiner_clock) const;
  // A key all of whose events are acked, that matched, and its latency.
  struct MatchedKey {
    std::string key;
    Duration start{};
    Duration end{};
  };
  std::optional<MatchedKey> SomeMatchedKey();

 private:
  struct Flow {
    std::string key;
    Duration start{};
    Duration end{};
    size_t start_event = kNone;
    size_t end_event = kNone;
  };
  struct Emitted {
    TestEvent event;
    Duration send_at{};
    bool sent = false;  // at least once
    bool acked = false;
  };
  static constexpr size_t kNone = SIZE_MAX;

  void BeginFlow(Duration at);
  size_t Emit(TestEvent event, Duration send_at);
  Duration UpTo(Duration bound);
  bool Has(size_t event, bool surely) const;
  void Expect(const Flow& flow, bool surely, Time joiner_clock, ExpectedTotals& totals) const;

  std::mt19937_64 random_;
  Duration now_{};
  std::vector<Flow> flows_;
  std::vector<Emitted> events_;
  std::set<size_t> waiting_;  // not acked
};

}  // namespace oneway::test
