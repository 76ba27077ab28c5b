// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/reference_ends.h"

#include <algorithm>

namespace oneway::join {

using event::Kind;
using ledger::Counter;

void ReferenceEnds::ClockIs(Time clock) {
  clock_ = clock;
  horizon_ = std::max(horizon_, clock - rules_.retry_window);
  Settle();
}

void ReferenceEnds::Settle() {
  std::vector<std::string> keys;
  for (const auto& [key, life] : lives_) keys.push_back(key);
  for (const std::string& key : keys) SettleKey(key);
  for (auto& [key, stages] : stages_alone_) {
    for (const std::string& stage : stages.GiveUp(horizon_)) Count(Counter::kOrphan, StageLabels(stage));
  }
}

void ReferenceEnds::SettleKey(const std::string& key) {
  const auto place = lives_.find(key);
  if (place == lives_.end()) return;
  Life& life = place->second;
  if (life.state == State::kOpen && clock_ > life.origin + rules_.ttl + rules_.arrival_grace) Close(life);
  if (life.state == State::kOpen) return;
  if (*std::max_element(life.events.begin(), life.events.end()) >= horizon_) return;
  if ((life.state == State::kExpired || life.state == State::kLate) && clock_ <= life.remembered_until) return;
  if (life.state == State::kEarly) {
    for (const auto& [id, end] : life.ends) Count(Counter::kOrphan, end.labels);
    for (const auto& [time, stage] : life.stages.waiting) Count(Counter::kOrphan, StageLabels(stage));
  }
  lives_.erase(place);
}

event::Status ReferenceEnds::Apply(ModelEvent event) {
  event.labels = Allowed(event.labels, rules_.labels);
  const bool is_taken = event.kind == Kind::kStart || event.kind == Kind::kEnd || event.kind == Kind::kStage;
  if (!is_taken || event.generation != 0) return event::Status::kInvalid;
  SettleKey(event.key);
  const bool is_known = lives_.count(event.key) != 0;
  if (!is_known && event.kind == Kind::kStage) return ApplyStageAlone(event);
  if (!is_known && event.time < horizon_) return event::Status::kTooLate;
  Life& life = lives_[event.key];
  if (!is_known) {
    life.stages = stages_alone_[event.key];
    life.events = life.stages.WaitingTimes();
    stages_alone_.erase(event.key);
  }
  if (is_known && IsTheSameEvent(life, event)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (is_known && event.time < horizon_ && event.time < *std::min_element(life.events.begin(), life.events.end())) {
    return event::Status::kTooLate;
  }
  life.events.push_back(event.time);
  ApplyInLife(life, event);
  return event::Status::kOk;
}

event::Status ReferenceEnds::ApplyStageAlone(const ModelEvent& stage) {
  ReferenceStages& stages = stages_alone_[stage.key];
  if (stages.Holds(stage.part, stage.time)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (stage.time < horizon_) return event::Status::kTooLate;
  stages.waiting.emplace(stage.time, stage.part);
  return event::Status::kOk;
}

void ReferenceEnds::Stage(Life& life, const std::string& stage, Time time) {
  if (life.state == State::kEarly) {
    life.stages.waiting.emplace(time, stage);
    return;
  }
  if (life.state != State::kOpen) return Count(Counter::kLateStage);
  if (!life.stages.TakeOnce(stage, time)) return;
  Count(Counter::kStage, StageLabels(stage));
  if (time >= life.origin) Sample(Counter::kStage, time - life.origin, StageLabels(stage));
}

void ReferenceEnds::CountWaitingStages(Life& life) {
  const auto waiting = std::move(life.stages.waiting);
  life.stages.waiting.clear();
  for (const auto& [time, stage] : waiting) Stage(life, stage, time);
}

bool ReferenceEnds::IsTheSameEvent(const Life& life, const ModelEvent& event) const {
  if (event.kind == Kind::kStart) return life.state != State::kEarly && life.start == event.time;
  if (life.state != State::kEarly && life.state != State::kOpen) return false;  // Its ends are gone.
  if (event.kind == Kind::kStage) return life.stages.Holds(event.part, event.time);
  const auto place = life.ends.find(event.part);
  return place != life.ends.end() && place->second.time == event.time;
}

void ReferenceEnds::ApplyInLife(Life& life, const ModelEvent& event) {
  if (event.kind == Kind::kStage) return Stage(life, event.part, event.time);
  const bool waits = life.state == State::kEarly || life.state == State::kOpen;
  if (waits) return event.kind == Kind::kStart ? Start(life, event) : End(life, event);
  if (event.kind == Kind::kStart) return Count(Counter::kReusedKey);
  EndAfterClose(life, {event.time, event.part, event.labels});
}

void ReferenceEnds::Start(Life& life, const ModelEvent& start) {
  life.expected = std::max(life.expected, start.expected);
  const bool is_first = life.state == State::kEarly;
  Count(is_first ? Counter::kStarted : Counter::kRepeatedStart, start.labels);
  const bool replaces =
      rules_.start == flow::StartPolicy::kEarliest ? start.time < life.start : start.time > life.start;
  life.state = State::kOpen;
  if (is_first || replaces) {
    life.start = start.time;
    life.labels = start.labels;
    life.origin = std::max(start.time, start.not_before.value_or(start.time));
  }
  if (!is_first) return CloseIfAllAreIn(life);
  CountWaitingStages(life);
  if (!life.ends.empty()) hits_.Add(SemanticsRow::kEarly);
  std::set<OneEnd> beyond;
  for (auto end = life.ends.begin(); end != life.ends.end();) {
    if (end->second.time <= life.origin + rules_.ttl) {
      CountEnd(life, (end++)->second);
    } else {
      beyond.insert(end->second);
      end = life.ends.erase(end);
    }
  }
  if (beyond.empty()) return CloseIfAllAreIn(life);
  Close(life);
  for (const OneEnd& end : beyond) EndAfterClose(life, end);
}

void ReferenceEnds::End(Life& life, const ModelEvent& end) {
  if (life.state == State::kOpen && end.time > life.origin + rules_.ttl) {
    Close(life);
    return EndAfterClose(life, {end.time, end.part, end.labels});
  }
  const OneEnd one{end.time, end.part, end.labels};
  const auto [place, is_new] = life.ends.try_emplace(end.part, one);
  if (!is_new) {
    Count(Counter::kExtraEnd);
    if (life.state == State::kEarly && one < place->second) place->second = one;
    return;
  }
  if (life.state == State::kEarly) return;
  CountEnd(life, one);
  CloseIfAllAreIn(life);
}

ModelLabels ReferenceEnds::Complete(const Life& life, const OneEnd& end) {
  ModelLabels labels = Completed(life.labels, end.labels);
  if (labels != life.labels) hits_.Add(SemanticsRow::kLabels);
  return labels;
}

void ReferenceEnds::CountEnd(const Life& life, const OneEnd& end) {
  const ModelLabels labels = Complete(life, end);
  Count(Counter::kEnd, labels);
  if (end.time >= life.origin) return Sample(Counter::kEnd, end.time - life.origin, labels);
  Count(Counter::kNegative, labels);
  Sample(Counter::kNegative, life.origin - end.time, labels);
}

void ReferenceEnds::CloseIfAllAreIn(Life& life) {
  if (life.expected != 0 && life.ends.size() >= life.expected) Close(life);
}

void ReferenceEnds::Close(Life& life) {
  if (life.ends.empty()) {
    Count(Counter::kExpired, life.labels);
    counts_.Judge(rules_.objective, std::nullopt, TextOf(life.labels));
    life.state = State::kExpired;
    life.deadline = life.origin + rules_.ttl;
    life.remembered_until = life.deadline + rules_.late_window;
    return;
  }
  std::set<OneEnd> ends;
  for (const auto& [id, end] : life.ends) ends.insert(end);
  const ModelLabels labels = Complete(life, *ends.begin());
  Count(Counter::kMatched, labels);
  life.state = State::kMatched;
  life.end = ends.rbegin()->time;
  const Time first = ends.begin()->time;
  counts_.Judge(rules_.objective, first - life.origin, TextOf(labels));
  if (first >= life.origin) Sample(Counter::kMatched, first - life.origin, labels);
  if (life.end >= life.origin) {
    counts_.Sample(LabelledCounts::kToLastEnd, life.end - life.origin, TextOf(labels));
  }
}

void ReferenceEnds::EndAfterClose(Life& life, const OneEnd& end) {
  if (life.state != State::kExpired) return Count(Counter::kExtraEnd);
  const ModelLabels labels = Complete(life, end);
  Count(Counter::kLate, labels);
  if (end.time <= life.deadline) Count(Counter::kLateArrival, labels);
  Sample(Counter::kLate, end.time - life.origin, labels);
  life.state = State::kLate;
  life.end = end.time;
}

uint64_t ReferenceEnds::Open() const {
  return static_cast<uint64_t>(
      std::count_if(lives_.begin(), lives_.end(), [](const auto& life) { return life.second.state == State::kOpen; }));
}

uint64_t ReferenceEnds::EarlyWaiting() const {
  uint64_t waiting = 0;
  for (const auto& [key, life] : lives_) {
    if (life.state == State::kEarly) waiting += life.ends.size() + life.stages.waiting.size();
  }
  for (const auto& [key, stages] : stages_alone_) waiting += stages.waiting.size();
  return waiting;
}

std::string ReferenceEnds::States() const {
  std::string states;
  for (const auto& [key, life] : lives_) states += key + "eomxl"[static_cast<int>(life.state)] + ' ';
  return states;
}

}  // namespace oneway::join
