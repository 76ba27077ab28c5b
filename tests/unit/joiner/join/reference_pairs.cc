// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/reference_pairs.h"

#include <algorithm>

namespace oneway::join {

using ledger::Counter;

void ReferencePairs::ClockIs(Time clock) {
  clock_ = clock;
  horizon_ = std::max(horizon_, clock - rules_.retry_window);
  Settle();
}

void ReferencePairs::Settle() {
  std::vector<std::string> keys;
  for (const auto& [key, life] : lives_) keys.push_back(key);
  for (const std::string& key : keys) SettleKey(key);
}

void ReferencePairs::SettleKey(const std::string& key) {
  const auto place = lives_.find(key);
  if (place == lives_.end()) return;
  Life& life = place->second;
  if (life.state == State::kOpen && clock_ > life.start + rules_.ttl + rules_.arrival_grace) Expire(life);
  if (life.state == State::kEarly) {
    while (!life.waiting.empty() && *life.waiting.begin() < horizon_) {
      Count(Counter::kOrphan);
      life.waiting.erase(life.waiting.begin());
    }
    // What is left of the life are the ends that still wait.
    life.events.assign(life.waiting.begin(), life.waiting.end());
    if (life.waiting.empty()) lives_.erase(place);
    return;
  }
  if (life.state == State::kOpen) return;
  const bool all_passed = *std::max_element(life.events.begin(), life.events.end()) < horizon_;
  const bool window_passed = life.state == State::kMatched || clock_ > life.remembered_until;
  if (all_passed && window_passed) lives_.erase(place);
}

event::Status ReferencePairs::Apply(const ModelEvent& event) {
  const auto& [kind, key, time, part, expected] = event;
  const bool is_of_pairs = kind == event::Kind::kStart || kind == event::Kind::kEnd;
  if (!is_of_pairs || expected != 0) return event::Status::kInvalid;
  SettleKey(key);
  const auto place = lives_.find(key);
  if (place == lives_.end()) {
    if (time < horizon_) return event::Status::kTooLate;
    Begin(key, kind, time);
    return event::Status::kOk;
  }
  Life& life = place->second;
  if (IsTheSameEvent(life, kind, time)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (time < horizon_ && time < *std::min_element(life.events.begin(), life.events.end())) {
    return event::Status::kTooLate;
  }
  life.events.push_back(time);
  ApplyTo(life, kind, time);
  return event::Status::kOk;
}

bool ReferencePairs::IsTheSameEvent(const Life& life, event::Kind kind, Time time) const {
  if (kind == event::Kind::kStart) return life.state != State::kEarly && life.start == time;
  if (life.state == State::kEarly) return life.waiting.count(time) != 0;
  return (life.state == State::kMatched || life.state == State::kLate) && life.end == time;
}

void ReferencePairs::Begin(const std::string& key, event::Kind kind, Time time) {
  Life& life = lives_[key];
  life.events.push_back(time);
  if (kind == event::Kind::kStart) {
    Count(Counter::kStarted);
    life.state = State::kOpen;
    life.start = time;
  } else {
    life.waiting.insert(time);
  }
}

void ReferencePairs::ApplyTo(Life& life, event::Kind kind, Time time) {
  const bool starts = kind == event::Kind::kStart;
  switch (life.state) {
    case State::kEarly:
      if (starts) return StartEarly(life, time);
      life.waiting.insert(time);
      return;
    case State::kOpen:
      if (!starts) return EndOpen(life, time);
      Count(Counter::kRepeatedStart);
      life.start =
          rules_.start == flow::StartPolicy::kEarliest ? std::min(life.start, time) : std::max(life.start, time);
      return;
    case State::kMatched:
    case State::kLate:
      return Count(starts ? Counter::kReusedKey : Counter::kExtraEnd);
    case State::kExpired:
      if (starts) return Count(Counter::kReusedKey);
      return Late(life, time);
  }
}

void ReferencePairs::StartEarly(Life& life, Time start) {
  Count(Counter::kStarted);
  life.state = State::kOpen;
  life.start = start;
  EndOpen(life, *life.waiting.begin());
  if (life.state == State::kMatched) Count(Counter::kEarly);
  for (size_t i = 1; i < life.waiting.size(); ++i) Count(Counter::kExtraEnd);
}

void ReferencePairs::EndOpen(Life& life, Time end) {
  if (end > life.start + rules_.ttl) {
    Expire(life);
    return Late(life, end);
  }
  life.state = State::kMatched;
  life.end = end;
  Count(Counter::kMatched);
  if (end >= life.start) return Sample(Counter::kMatched, end - life.start);
  Count(Counter::kNegative);
  Sample(Counter::kNegative, life.start - end);
}

void ReferencePairs::Expire(Life& life) {
  Count(Counter::kExpired);
  life.state = State::kExpired;
  life.deadline = life.start + rules_.ttl;
  life.remembered_until = life.deadline + rules_.late_window;
}

void ReferencePairs::Late(Life& life, Time end) {
  Count(Counter::kLate);
  if (end <= life.deadline) Count(Counter::kLateArrival);
  Sample(Counter::kLate, end - life.start);
  life.state = State::kLate;
  life.end = end;
}

void ReferencePairs::Sample(Counter counter, Duration latency) {
  samples_.emplace(static_cast<int>(counter), latency.count());
}

uint64_t ReferencePairs::Open() const {
  return static_cast<uint64_t>(
      std::count_if(lives_.begin(), lives_.end(), [](const auto& life) { return life.second.state == State::kOpen; }));
}

uint64_t ReferencePairs::EarlyWaiting() const {
  uint64_t waiting = 0;
  for (const auto& [key, life] : lives_) waiting += life.state == State::kEarly ? life.waiting.size() : 0;
  return waiting;
}

std::string ReferencePairs::States() const {
  std::string states;
  for (const auto& [key, life] : lives_) states += key + "eomxl"[static_cast<int>(life.state)] + ' ';
  return states;
}

}  // namespace oneway::join
