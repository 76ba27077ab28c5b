// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/gathering_key.h"

#include <algorithm>
#include <utility>

namespace oneway::join {
namespace {

std::vector<Part>::iterator Place(std::vector<Part>& parts, std::string_view id) {
  return std::lower_bound(parts.begin(), parts.end(), id,
                          [](const Part& part, std::string_view wanted) { return part.id.view() < wanted; });
}

bool IsComplete(const GatheringKey& key) {
  return key.completed != kNoTime && key.ended == key.parts.size();
}

// semantics: every
Verdict JudgeEnds(const GatheringKey& key, const flow::Rules& rules, Time clock) {
  const bool all_are_in = key.expected > 0 && key.ended >= key.expected;
  if (!all_are_in && clock <= key.Origin() + rules.ttl + rules.arrival_grace) return Verdict::kWaits;
  return key.ended > 0 ? Verdict::kMatched : Verdict::kExpired;
}

}  // namespace

uint32_t GatheringKey::CountMissing() const {
  return std::max(expected, static_cast<uint32_t>(parts.size())) - ended;
}

Part* GatheringKey::FindPart(std::string_view id) {
  const auto place = Place(parts, id);
  return place == parts.end() || place->id.view() != id ? nullptr : &*place;
}

Part& GatheringKey::AddPart(std::string_view id, journal::Sequence sequence_of_row) {
  return *parts.insert(Place(parts, id), Part{.id = KeyBytes(id), .sequence = sequence_of_row});
}

std::vector<Part*> GatheringKey::EndsByTime() {
  std::vector<Part*> ends;
  for (Part& part : parts) ends.push_back(&part);
  std::stable_sort(ends.begin(), ends.end(), [](const Part* a, const Part* b) { return a->ended < b->ended; });
  return ends;
}

void GatheringKey::SetStart(const RoutedEvent& event) {
  start = event.time;
  series = event.series;
  not_before = event.not_before > event.time ? event.not_before : kNoTime;
}

void GatheringKey::DeclarePart(Part& part, Time time) {
  part.declared = std::max(part.declared, time);
  last_mark = std::max(last_mark, time);
}

void GatheringKey::EndPart(Part& part, const Ending& end) {
  ended += !part.IsOut();
  if (end.time > part.ended) part.series = end.series;
  part.ended = std::max(part.ended, end.time);
  last_out = std::max(last_out, end.time);
  last_mark = std::max(last_mark, end.time);
}

void GatheringKey::Complete(const Ending& completion) {
  if (completion.time > completed) completed_series = completion.series;
  completed = std::max(completed, completion.time);
  last_mark = std::max(last_mark, completion.time);
}

Ending GatheringKey::End() const {
  if (parts.empty()) return {.time = completed, .series = completed_series};
  const auto last =
      std::max_element(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.ended < b.ended; });
  return {.time = last->ended, .series = last->series};
}

// semantics: close, settle, fexpire
Verdict Judge(const GatheringKey& key, const flow::Rules& rules, Time clock) {
  if (!key.HasStart()) {
    return rules.Horizon(clock) > key.span.latest ? Verdict::kAbandoned : Verdict::kWaits;
  }
  if (key.of_ends) return JudgeEnds(key, rules, clock);
  const Time deadline = key.Origin() + rules.ttl;
  if (key.last_mark > deadline) return Verdict::kExpired;
  if (key.expected > 0 && key.ended >= key.expected) return Verdict::kMatched;
  if (key.expected == 0 && IsComplete(key)) {
    return clock >= key.changed_at + rules.settle ? Verdict::kMatched : Verdict::kWaits;
  }
  return clock > deadline + rules.arrival_grace ? Verdict::kExpired : Verdict::kWaits;
}

Time DueAt(const GatheringKey& key, const flow::Rules& rules) {
  if (!key.HasStart()) {
    // Solved for the clock: rules.Horizon(clock) > latest.
    return rules.horizon_floor > key.span.latest ? Time::min() : key.span.latest + rules.retry_window;
  }
  const Time deadline = key.Origin() + rules.ttl;
  if (key.of_ends) return deadline + rules.arrival_grace;
  if (key.last_mark > deadline) return Time::min();  // a reload made the ttl shorter
  if (key.expected == 0 && IsComplete(key)) return key.changed_at + rules.settle - Duration(1);
  return deadline + rules.arrival_grace;
}

MissingParts MissingParts::Of(const GatheringKey& key) {
  MissingParts missing{.count = key.CountMissing(), .last_progress = key.span.latest, .ids = {}};
  size_t named = 0;
  for (const Part& part : key.parts) {
    if (part.IsOut()) continue;
    if (named++ == kIdsMax) break;
    const std::string_view id = part.id.view();
    missing.ids.push_back(static_cast<char>(id.size()));
    missing.ids.append(id);
  }
  missing.ids.shrink_to_fit();
  return missing;
}

std::vector<std::string> MissingParts::Ids() const {
  std::vector<std::string> all;
  for (size_t at = 0; at < ids.size();) {
    const auto size = static_cast<uint8_t>(ids[at]);
    all.push_back(ids.substr(at + 1, size));
    at += 1 + size;
  }
  return all;
}

}  // namespace oneway::join
