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
  std::set<std::string> keys;
  for (const auto& [key, life] : lives_) keys.insert(key);
  for (const auto& [key, waiting] : waiting_) keys.insert(key);
  for (const auto& [key, stages] : waiting_stages_) keys.insert(key);
  for (const std::string& key : keys) SettleKey(key);
}

void ReferencePairs::SettleKey(const std::string& key) {
  Waiting& waiting = waiting_[key];
  while (!waiting.empty() && waiting.begin()->first.first < horizon_) {
    Count(Counter::kOrphan, waiting.begin()->second);
    waiting.erase(waiting.begin());
  }
  if (waiting.empty()) waiting_.erase(key);
  for (const std::string& stage : waiting_stages_[key].GiveUp(horizon_)) Count(Counter::kOrphan, StageLabels(stage));
  const auto place = lives_.find(key);
  if (place == lives_.end()) return;
  Life& life = place->second;
  if (life.state == State::kOpen && clock_ > life.origin + rules_.ttl + rules_.arrival_grace) Expire(life);
  if (life.state == State::kOpen) return;
  const bool all_passed = *std::max_element(life.events.begin(), life.events.end()) < horizon_;
  const bool window_passed = life.state == State::kMatched || clock_ > life.remembered_until;
  if (all_passed && window_passed) lives_.erase(place);
}

event::Status ReferencePairs::Apply(ModelEvent event) {
  event.labels = Allowed(event.labels, rules_.labels);
  if (event.kind == event::Kind::kStage) return ApplyStage(event);
  const bool is_of_pairs = event.kind == event::Kind::kStart || event.kind == event::Kind::kEnd;
  if (!is_of_pairs || event.expected != 0) return event::Status::kInvalid;
  SettleKey(event.key);
  const auto place = lives_.find(event.key);
  if (place != lives_.end()) return ApplyToLife(place->second, event);
  return event.kind == event::Kind::kStart ? Begin(event, {}) : Wait(event);
}

event::Status ReferencePairs::ApplyStage(const ModelEvent& stage) {
  if (stage.generation != 0) return event::Status::kInvalid;
  SettleKey(stage.key);
  const auto place = lives_.find(stage.key);
  if (place != lives_.end()) return ApplyStageToLife(place->second, stage);
  ReferenceStages& stages = waiting_stages_[stage.key];
  if (stages.Holds(stage.part, stage.time)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (stage.time < horizon_) return event::Status::kTooLate;
  stages.waiting.emplace(stage.time, stage.part);
  return event::Status::kOk;
}

event::Status ReferencePairs::ApplyStageToLife(Life& life, const ModelEvent& stage) {
  const bool is_open = life.state == State::kOpen;
  if (is_open && life.stages.Holds(stage.part, stage.time)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (IsTooLate(stage.time, life.events)) return event::Status::kTooLate;
  life.events.push_back(stage.time);
  if (is_open) {
    CountStage(life, stage.part, stage.time);
  } else {
    Count(Counter::kLateStage);
  }
  return event::Status::kOk;
}

void ReferencePairs::CountStage(Life& life, const std::string& stage, Time time) {
  if (!life.stages.TakeOnce(stage, time)) return;
  Count(Counter::kStage, StageLabels(stage));
  if (time >= life.origin) Sample(Counter::kStage, time - life.origin, StageLabels(stage));
}

event::Status ReferencePairs::ApplyToLife(Life& life, const ModelEvent& event) {
  if (event.generation > life.generation && event.kind == event::Kind::kEnd) {
    hits_.Add(SemanticsRow::kGen);
    return Wait(event);
  }
  if (event.generation == life.generation && IsTheSameEvent(life, event)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (IsTooLate(event.time, life.events)) return event::Status::kTooLate;
  if (event.generation > life.generation) {
    if (life.state == State::kOpen) Count(Counter::kSuperseded, life.labels);
    if (life.state != State::kOpen) hits_.Add(SemanticsRow::kReuse);
    const std::vector<Time> events_before = life.events;
    lives_.erase(event.key);
    return Begin(event, events_before);
  }
  life.events.push_back(event.time);
  if (event.generation < life.generation) {
    Count(Counter::kStale);
  } else {
    ApplyInLife(life, event);
  }
  return event::Status::kOk;
}

bool ReferencePairs::IsTooLate(Time time, const std::vector<Time>& events) const {
  return time < horizon_ && (events.empty() || time < *std::min_element(events.begin(), events.end()));
}

bool ReferencePairs::IsTheSameEvent(const Life& life, const ModelEvent& event) const {
  if (event.kind == event::Kind::kStart) return life.start == event.time;
  return (life.state == State::kMatched || life.state == State::kLate) && life.end == event.time;
}

event::Status ReferencePairs::Wait(const ModelEvent& end) {
  Waiting& waiting = waiting_[end.key];
  if (waiting.count({end.time, end.generation}) != 0) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  const bool is_earliest = waiting.empty() || end.time < waiting.begin()->first.first;
  if (end.time < horizon_ && is_earliest) return event::Status::kTooLate;
  waiting.emplace(std::pair(end.time, end.generation), end.labels);
  return event::Status::kOk;
}

event::Status ReferencePairs::Begin(const ModelEvent& start, std::vector<Time> events_before) {
  Waiting& waiting = waiting_[start.key];
  const bool is_earliest = waiting.empty() || start.time < waiting.begin()->first.first;
  if (events_before.empty() && start.time < horizon_ && is_earliest) return event::Status::kTooLate;
  Count(Counter::kStarted, start.labels);
  Life& life = lives_[start.key];
  life.generation = start.generation;
  life.events = std::move(events_before);
  life.events.push_back(start.time);
  SetStart(life, start);
  for (const auto& [time, stage] : waiting_stages_[start.key].waiting) {
    life.events.push_back(time);
    CountStage(life, stage, time);
  }
  waiting_stages_.erase(start.key);
  std::vector<End> ends;
  for (auto end = waiting.begin(); end != waiting.end();) {
    const auto [time, generation] = end->first;
    if (generation > start.generation) {
      ++end;
      continue;
    }
    if (generation == start.generation) ends.push_back({time, end->second});
    if (generation < start.generation) Count(Counter::kStale);
    life.events.push_back(time);
    end = waiting.erase(end);
  }
  if (!ends.empty()) EndByWaiting(life, ends);
  return event::Status::kOk;
}

void ReferencePairs::SetStart(Life& life, const ModelEvent& start) {
  life.start = start.time;
  life.origin = std::max(start.time, start.not_before.value_or(start.time));
  life.labels = start.labels;
}

void ReferencePairs::EndByWaiting(Life& life, const std::vector<End>& ends) {
  EndOpen(life, ends.front());
  if (life.state == State::kMatched) Count(Counter::kEarly, Completed(life.labels, ends.front().labels));
  for (size_t i = 1; i < ends.size(); ++i) Count(Counter::kExtraEnd);
}

void ReferencePairs::ApplyInLife(Life& life, const ModelEvent& event) {
  const bool starts = event.kind == event::Kind::kStart;
  switch (life.state) {
    case State::kOpen: {
      if (!starts) return EndOpen(life, {event.time, event.labels});
      Count(Counter::kRepeatedStart);
      const bool replaces =
          rules_.start == flow::StartPolicy::kEarliest ? event.time < life.start : event.time > life.start;
      if (replaces) SetStart(life, event);
      return;
    }
    case State::kMatched:
    case State::kLate:
      return Count(starts ? Counter::kReusedKey : Counter::kExtraEnd);
    case State::kExpired:
      if (starts) return Count(Counter::kReusedKey);
      return Late(life, {event.time, event.labels});
  }
}

ModelLabels ReferencePairs::Complete(const Life& life, const End& end) {
  ModelLabels labels = Completed(life.labels, end.labels);
  if (labels != life.labels) hits_.Add(SemanticsRow::kLabels);
  return labels;
}

void ReferencePairs::EndOpen(Life& life, const End& end) {
  if (end.time > life.origin + rules_.ttl) {
    Expire(life);
    return Late(life, end);
  }
  const ModelLabels labels = Complete(life, end);
  life.state = State::kMatched;
  life.end = end.time;
  Count(Counter::kMatched, labels);
  counts_.Judge(rules_.objective, end.time - life.origin, TextOf(labels));
  if (end.time >= life.origin) return Sample(Counter::kMatched, end.time - life.origin, labels);
  Count(Counter::kNegative, labels);
  Sample(Counter::kNegative, life.origin - end.time, labels);
}

void ReferencePairs::Expire(Life& life) {
  Count(Counter::kExpired, life.labels);
  counts_.Judge(rules_.objective, std::nullopt, TextOf(life.labels));
  life.state = State::kExpired;
  life.deadline = life.origin + rules_.ttl;
  life.remembered_until = life.deadline + rules_.late_window;
}

void ReferencePairs::Late(Life& life, const End& end) {
  const ModelLabels labels = Complete(life, end);
  Count(Counter::kLate, labels);
  if (end.time <= life.deadline) Count(Counter::kLateArrival, labels);
  Sample(Counter::kLate, end.time - life.origin, labels);
  life.state = State::kLate;
  life.end = end.time;
}

uint64_t ReferencePairs::Open() const {
  return static_cast<uint64_t>(
      std::count_if(lives_.begin(), lives_.end(), [](const auto& life) { return life.second.state == State::kOpen; }));
}

uint64_t ReferencePairs::EarlyWaiting() const {
  uint64_t all = 0;
  for (const auto& [key, waiting] : waiting_) all += waiting.size();
  for (const auto& [key, stages] : waiting_stages_) all += stages.waiting.size();
  return all;
}

std::string ReferencePairs::States() const {
  std::string states;
  for (const auto& [key, life] : lives_) states += key + "omxl"[static_cast<int>(life.state)] + ' ';
  for (const auto& [key, waiting] : waiting_) states += key + std::to_string(waiting.size()) + "waiting ";
  return states;
}

}  // namespace oneway::join
