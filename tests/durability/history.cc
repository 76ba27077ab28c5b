// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/history.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace oneway::test {

using namespace std::chrono_literals;
using ledger::Counter;

namespace {

constexpr size_t kBatchEventsMax = 48;
constexpr size_t kAgainMax = 12;
constexpr int kKeysLookedAt = 12;
constexpr size_t kMessagesMax = 20;

}  // namespace

void Findings::Add(const Findings& other) {
  refused += other.refused;
  lost += other.lost;
  doubled += other.doubled;
  for (const std::string& message : other.messages) {
    if (messages.size() < kMessagesMax) messages.push_back(message);
  }
}

History::History(uint64_t seed)
    : seed_(seed), random_(seed), traffic_(seed), disk_(clock_, /*compacts=*/seed % 4 != 0) {}

void History::Lost(uint64_t count, const std::string& what) {
  findings_.Add({.lost = count, .messages = {absl::StrCat("seed ", seed_, ": lost: ", what)}});
}

void History::Doubled(uint64_t count, const std::string& what) {
  findings_.Add({.doubled = count, .messages = {absl::StrCat("seed ", seed_, ": doubled: ", what)}});
}

void History::Refused(const absl::Status& status) {
  findings_.Add({.refused = 1, .messages = {absl::StrCat("seed ", seed_, ": does not open: ", status.ToString())}});
}

bool History::Step(size_t flows) {
  clock_.Advance(std::chrono::milliseconds(200 + UpTo(2000)));
  traffic_.RunUntil(Now(), flows);
  // Now and then a client is slow, for longer than closed keys would be remembered without it.
  const std::vector<size_t> due = traffic_.Due(Now());
  if (!due.empty() && OneIn(12))
    traffic_.HoldBack(due[UpTo(due.size() - 1)], Now() + std::chrono::seconds(5 + UpTo(60)));
  return SendDue() && Hear();
}

// In several batches at once, and some of what was acked once more.
bool History::SendDue() {
  std::vector<size_t> due = traffic_.Due(Now());
  for (const size_t again : SomeAcked()) due.push_back(again);
  std::vector<std::pair<std::vector<size_t>, std::future<BatchResult>>> sent;
  for (auto at = due.begin(); at != due.end();) {
    const auto count = std::min<ptrdiff_t>(due.end() - at, static_cast<ptrdiff_t>(1 + UpTo(kBatchEventsMax - 1)));
    std::vector<size_t> batch(at, at + count);
    at += count;
    std::vector<TestEvent> events;
    for (const size_t event : batch) {
      traffic_.Sent(event);
      events.push_back(traffic_.event(event));
    }
    std::future<BatchResult> result = disk_.joiner().Send(std::move(events));
    sent.emplace_back(std::move(batch), std::move(result));
  }
  bool all = true;
  for (auto& [batch, future] : sent) {
    const std::optional<BatchResult> result = disk_.joiner().Await(future);
    if (result.has_value()) TakeAnswers(batch, *result);
    all = all && result.has_value();
  }
  return all;
}

std::vector<size_t> History::SomeAcked() {
  std::vector<size_t> again;
  if (traffic_.events() == 0) return again;
  for (size_t i = UpTo(kAgainMax); i > 0; --i) {
    // Most of them young, so that they are remembered.
    const size_t back = OneIn(3) ? UpTo(traffic_.events() - 1) : UpTo(std::min<size_t>(300, traffic_.events() - 1));
    const size_t event = traffic_.events() - 1 - back;
    if (traffic_.IsAcked(event)) again.push_back(event);
  }
  return again;
}

void History::TakeAnswers(const std::vector<size_t>& events, const BatchResult& result) {
  if (result.durable.commit > acked_.commit) acked_ = result.durable;
  for (size_t i = 0; i < events.size(); ++i) {
    const event::Status status = result.outcomes[i].status;
    const bool counted_before = traffic_.IsAcked(events[i]);
    const TestEvent& event = traffic_.event(events[i]);
    // Its key cannot be forgotten yet.
    const bool is_young = event.at > heard_mark_ - TrafficRules().retry_window;
    if (counted_before && (status == event::Status::kOk || (is_young && status != event::Status::kDuplicate))) {
      Doubled(1,
              absl::StrCat("an event of ", event.key, ", acked before, was answered ", Render({result.outcomes[i]})));
    }
    if (!counted_before && status != event::Status::kOk && status != event::Status::kDuplicate) {
      Lost(1, absl::StrCat("an event of ", event.key, " was answered ", Render({result.outcomes[i]})));
    }
    traffic_.Acked(events[i]);
  }
}

bool History::Hear() {
  heard_mark_ = std::max(heard_mark_, traffic_.LowMark());
  return disk_.joiner().TryHearLowMark(traffic_.LowMark());
}

bool History::CheckAfterOpening() {
  if (!HasAcked()) {
    Lost(1, absl::StrCat("commit ", static_cast<uint64_t>(acked_.commit), " was acked; the folder ends with ",
                         static_cast<uint64_t>(disk_.store().Durable().commit)));
  }
  if (const uint64_t rows = disk_.rows_below_floor(); rows > 0) {
    Doubled(rows, "rows below the floor were restored");
  }
  if (!CheckTotals("as found") || !CheckSomeKeys()) return false;
  if (!SendDue()) return false;
  return CheckTotals("after sending again");
}

bool History::Finish() {
  for (int i = 0; i < 200; ++i) {
    clock_.Advance(1s);
    traffic_.RunUntil(Now(), 0);
    if (!SendDue() || !Hear()) return false;
  }
  return traffic_.AllAcked() && CheckTotals("at the end") && CheckSomeKeys();
}

bool History::CheckTotals(const char* when) {
  const auto totals = disk_.joiner().TryTotals();
  if (!totals.has_value()) return false;
  const auto& counters = totals->figures.counters;
  const auto of = [&counters](Counter counter) { return counters[static_cast<size_t>(counter)]; };
  const ExpectedTotals expected = traffic_.Expected(totals->joiner_clock);
  Compare(when, "started", of(Counter::kStarted), expected.started);
  Compare(when, "matched", of(Counter::kMatched), expected.matched);
  Compare(when, "negative", of(Counter::kNegative), expected.negative);
  Compare(when, "late", of(Counter::kLate), expected.late);
  Compare(when, "expired", of(Counter::kExpired), expected.expired);
  Compare(when, "orphan", of(Counter::kOrphan), expected.orphan);
  Compare(when, "superseded", of(Counter::kSuperseded), {});
  const uint64_t open = of(Counter::kStarted) - of(Counter::kMatched) - of(Counter::kExpired);
  Compare(when, "open", totals->open, {.min = open, .max = open});
  const bool exact = expected.matched.min == expected.matched.max && expected.late.min == expected.late.max;
  if (exact && !(totals->figures.latency == expected.latency && totals->figures.late == expected.late_latency)) {
    Lost(1, absl::StrCat("the histograms ", when));
  }
  return true;
}

void History::Compare(const char* when, const char* counter, uint64_t found, const ExpectedTotals::Bounds& bounds) {
  const std::string what = absl::StrCat(counter, " ", when, ": ", found, ", to be ", bounds.min, " to ", bounds.max);
  if (found < bounds.min) Lost(bounds.min - found, what);
  if (found > bounds.max) Doubled(found - bounds.max, what);
}

// Of keys that cannot be forgotten yet.
bool History::CheckSomeKeys() {
  for (int i = 0; i < kKeysLookedAt; ++i) {
    const std::optional<Traffic::MatchedKey> key = traffic_.SomeMatchedKey();
    if (!key.has_value() || std::max(key->start, key->end) < heard_mark_ - TrafficRules().retry_window) continue;
    const std::optional<join::KeyStory> story = disk_.joiner().TryStory(key->key);
    if (!story.has_value()) return false;
    if (story->state != join::KeyState::kMatched || story->latency != key->end - key->start) {
      Lost(1, absl::StrCat("the state of ", key->key));
    }
  }
  return true;
}

}  // namespace oneway::test
