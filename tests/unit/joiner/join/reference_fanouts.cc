// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/reference_fanouts.h"

#include <algorithm>

namespace oneway::join {
namespace {

using event::Kind;
using ledger::Counter;

// Of a mark that comes again the latest is kept.
void Keep(std::optional<Time>& mark, Time time) {
  mark = mark ? std::max(*mark, time) : time;
}
void Keep(std::map<std::string, Time>& marks, const std::string& part, Time time) {
  const auto [place, added] = marks.try_emplace(part, time);
  if (!added) place->second = std::max(place->second, time);
}

std::optional<Time> Latest(const std::map<std::string, Time>& marks) {
  std::optional<Time> latest;
  for (const auto& [part, time] : marks) Keep(latest, time);
  return latest;
}

bool IsMark(const std::map<std::string, Time>& marks, const ModelEvent& event) {
  const auto place = marks.find(event.part);
  return place != marks.end() && place->second == event.time;
}

}  // namespace

std::set<std::string> ReferenceFanouts::Known::Parts() const {
  std::set<std::string> parts;
  for (const auto& [part, time] : declared) parts.insert(part);
  for (const auto& [part, time] : ended) parts.insert(part);
  return parts;
}

std::optional<Time> ReferenceFanouts::Known::LatestMark() const {
  std::optional<Time> latest = completed;
  if (const auto mark = Latest(declared)) Keep(latest, *mark);
  if (const auto mark = Latest(ended)) Keep(latest, *mark);
  return latest;
}

void ReferenceFanouts::ClockIs(Time clock) {
  clock_ = clock;
  horizon_ = std::max(horizon_, clock - rules_.retry_window);
  Settle();
}

void ReferenceFanouts::Settle() {
  std::vector<std::string> keys;
  for (const auto& [key, life] : lives_) keys.push_back(key);
  for (const std::string& key : keys) SettleKey(key);
  for (auto& [key, stages] : stages_alone_) {
    for (const std::string& stage : stages.GiveUp(horizon_)) Count(Counter::kOrphan, StageLabels(stage));
  }
}

void ReferenceFanouts::SettleKey(const std::string& key) {
  const auto place = lives_.find(key);
  if (place == lives_.end()) return;
  Life& life = place->second;
  if (life.state == State::kOpen) CloseIfDecided(life);
  if (life.state == State::kOpen) return;
  if (*std::max_element(life.events.begin(), life.events.end()) >= horizon_) return;
  if (life.state == State::kExpired && clock_ <= life.remembered_until) return;
  if (life.state == State::kEarly) {
    Count(Counter::kOrphan, life.first_labels);
    for (const auto& [time, stage] : life.stages.waiting) Count(Counter::kOrphan, StageLabels(stage));
  }
  lives_.erase(place);
}

event::Status ReferenceFanouts::Apply(ModelEvent event) {
  event.labels = Allowed(event.labels, rules_.labels);
  if (event.kind == Kind::kEnd || event.generation != 0) return event::Status::kInvalid;
  SettleKey(event.key);
  const bool is_known = lives_.count(event.key) != 0;
  if (!is_known && event.kind == Kind::kStage) return ApplyStageAlone(event);
  if (!is_known && event.time < horizon_) return event::Status::kTooLate;
  Life& life = lives_[event.key];
  if (!is_known) {
    life.first_labels = event.labels;
    life.stages = stages_alone_[event.key];
    life.events = life.stages.WaitingTimes();
    stages_alone_.erase(event.key);
  } else {
    if (IsTheSameEvent(life, event)) {
      Count(Counter::kDuplicate);
      return event::Status::kDuplicate;
    }
    const Time earliest = *std::min_element(life.events.begin(), life.events.end());
    if (event.time < horizon_ && event.time < earliest) return event::Status::kTooLate;
  }
  life.events.push_back(event.time);
  if (event.kind == Kind::kStage) {
    Stage(life, event.part, event.time);
  } else if (life.state == State::kEarly || life.state == State::kOpen) {
    ApplyToWaiting(life, event);
  } else if (event.kind == Kind::kStart) {
    Count(Counter::kReusedKey);
  } else if (event.kind != Kind::kCompleted || life.state == State::kExpired) {
    Count(Counter::kLatePart);
  }
  return event::Status::kOk;
}

event::Status ReferenceFanouts::ApplyStageAlone(const ModelEvent& stage) {
  ReferenceStages& stages = stages_alone_[stage.key];
  if (stages.Holds(stage.part, stage.time)) {
    Count(Counter::kDuplicate);
    return event::Status::kDuplicate;
  }
  if (stage.time < horizon_) return event::Status::kTooLate;
  stages.waiting.emplace(stage.time, stage.part);
  return event::Status::kOk;
}

void ReferenceFanouts::Stage(Life& life, const std::string& stage, Time time) {
  if (life.state == State::kEarly) {
    life.stages.waiting.emplace(time, stage);
    return;
  }
  if (life.state != State::kOpen) return Count(Counter::kLateStage);
  if (!life.stages.TakeOnce(stage, time)) return;
  Count(Counter::kStage, StageLabels(stage));
  const Duration latency = time - life.known.origin;
  if (latency >= Duration::zero()) counts_.Sample(Counter::kStage, latency, TextOf(StageLabels(stage)));
}

void ReferenceFanouts::CountWaitingStages(Life& life) {
  const auto waiting = std::move(life.stages.waiting);
  life.stages.waiting.clear();
  for (const auto& [time, stage] : waiting) Stage(life, stage, time);
}

bool ReferenceFanouts::IsTheSameEvent(const Life& life, const ModelEvent& event) const {
  if (event.kind == Kind::kStart) return life.known.start == event.time;
  if (life.state != State::kEarly && life.state != State::kOpen) return false;  // Its marks are gone.
  if (event.kind == Kind::kStage) return life.stages.Holds(event.part, event.time);
  if (event.kind == Kind::kCompleted) return life.known.completed == event.time;
  return IsMark(event.kind == Kind::kPartStarted ? life.known.declared : life.known.ended, event);
}

bool ReferenceFanouts::IsOutOfOrder(const Life& life, const ModelEvent& end) const {
  return !life.known.start || life.known.completed || life.known.declared.count(end.part) == 0;
}

void ReferenceFanouts::ApplyToWaiting(Life& life, const ModelEvent& event) {
  const Known before = life.known;
  const size_t parts_before = before.Parts().size();
  if (event.kind == Kind::kPartEnded && IsOutOfOrder(life, event)) hits_.Add(SemanticsRow::kOrder);
  if (event.kind == Kind::kStart) Start(life, event);
  if (event.kind == Kind::kPartStarted) Keep(life.known.declared, event.part, event.time);
  if (event.kind == Kind::kPartEnded) {
    Keep(life.known.ended, event.part, event.time);
    if (life.known.ended[event.part] == event.time) life.known.labels_of_ended[event.part] = event.labels;
  }
  if (event.kind == Kind::kCompleted) {
    Keep(life.known.completed, event.time);
    if (life.known.completed == event.time) life.known.labels_of_completed = event.labels;
  }
  const size_t parts = life.known.Parts().size();
  if (parts > parts_before && before.expected != 0 && parts > before.expected) Count(Counter::kExcessPart);
  Expect(life.known, event.expected);
  if (life.known != before) life.changed_at = clock_;
  if (life.state == State::kOpen) CloseIfDecided(life);
}

void ReferenceFanouts::Start(Life& life, const ModelEvent& event) {
  std::optional<Time>& start = life.known.start;
  if (start) {
    Count(Counter::kRepeatedStart);
    if (rules_.start == flow::StartPolicy::kEarliest ? event.time > *start : event.time < *start) return;
  } else {
    Count(Counter::kStarted, event.labels);
  }
  life.state = State::kOpen;
  start = event.time;
  life.known.labels = event.labels;
  life.known.origin = std::max(event.time, event.not_before.value_or(event.time));
  CountWaitingStages(life);
}

void ReferenceFanouts::Expect(Known& known, uint32_t expected) {
  if (expected == 0 || expected == known.expected) return;
  const uint64_t parts = known.Parts().size();
  if (known.expected != 0) {
    Count(Counter::kExcessPart);
  } else if (parts > expected) {
    Count(Counter::kExcessPart, {}, parts - expected);
  }
  known.expected = std::max(known.expected, expected);
}

void ReferenceFanouts::CloseIfDecided(Life& life) {
  const Known& known = life.known;
  const Time deadline = known.origin + rules_.ttl;
  if (known.LatestMark() > deadline) return Expire(life);
  const bool all_expected_are_out = known.expected != 0 && known.ended.size() >= known.expected;
  if (all_expected_are_out) return Match(life);
  const bool all_known_are_out = known.expected == 0 && known.completed && known.ended.size() == known.Parts().size();
  if (all_known_are_out) {
    if (clock_ < life.changed_at + rules_.settle) return;
    if (rules_.settle > Duration::zero()) hits_.Add(SemanticsRow::kSettle);
    return Match(life);
  }
  if (clock_ > deadline + rules_.arrival_grace) Expire(life);
}

// Of the part that was out last, the first of these by id; without any part, of COMPLETED.
ModelLabels ReferenceFanouts::LabelsOfEnd(const Known& known) const {
  const std::optional<Time> last_out = Latest(known.ended);
  for (const auto& [part, time] : known.ended) {
    if (time == last_out) return known.labels_of_ended.at(part);
  }
  return known.labels_of_completed;
}

void ReferenceFanouts::Match(Life& life) {
  const ModelLabels labels = Completed(life.known.labels, LabelsOfEnd(life.known));
  if (labels != life.known.labels) hits_.Add(SemanticsRow::kLabels);
  life.state = State::kMatched;
  Count(Counter::kMatched, labels);
  const std::optional<Time> last_out = Latest(life.known.ended);
  if (!last_out) Count(Counter::kEmpty, labels);
  const Duration duration = last_out.value_or(*life.known.completed) - life.known.origin;
  if (last_out) counts_.Judge(rules_.objective, duration, TextOf(labels));
  if (duration >= Duration::zero()) {
    counts_.Sample(last_out ? Counter::kMatched : Counter::kEmpty, duration, TextOf(labels));
  } else if (last_out) {
    Count(Counter::kNegative, labels);
    counts_.Sample(Counter::kNegative, -duration, TextOf(labels));
  }
}

void ReferenceFanouts::Expire(Life& life) {
  life.state = State::kExpired;
  Count(Counter::kExpired, life.known.labels);
  counts_.Judge(rules_.objective, std::nullopt, TextOf(life.known.labels));
  life.remembered_until = life.known.origin + rules_.ttl + rules_.late_window;
}

uint64_t ReferenceFanouts::Open() const {
  return static_cast<uint64_t>(
      std::count_if(lives_.begin(), lives_.end(), [](const auto& life) { return life.second.state == State::kOpen; }));
}

uint64_t ReferenceFanouts::EarlyWaiting() const {
  uint64_t waiting = 0;
  for (const auto& [key, life] : lives_) {
    if (life.state == State::kEarly) waiting += 1 + life.stages.waiting.size();
  }
  for (const auto& [key, stages] : stages_alone_) waiting += stages.waiting.size();
  return waiting;
}

std::string ReferenceFanouts::States() const {
  std::string states;
  for (const auto& [key, life] : lives_) states += key + "eomx"[static_cast<int>(life.state)] + ' ';
  return states;
}

}  // namespace oneway::join
