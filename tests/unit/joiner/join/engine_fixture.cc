// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/engine_fixture.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace oneway::join {
namespace {

constexpr std::array<const char*, ledger::kCounters> kCounterNames = {
    "started",     "matched",   "expired",        "superseded", "orphan",         "late",  "late_arrival", "negative",
    "early",       "duplicate", "repeated_start", "reused_key", "extra_end",      "stale", "late_part",    "empty",
    "excess_part", "end",       "stage",          "late_stage", "cohort_expired", "good",  "valid"};
constexpr std::array<const char*, 3> kAttainments = {"", " missed", " good"};
constexpr std::array<const char*, 12> kRowNames = {"",       "START", "END",   "MATCHED", "EXPIRED", "LATE",
                                                   "FANOUT", "PART",  "EMPTY", "STUCK",   "ENDS",    "STAGE"};
constexpr std::array<const char*, 6> kStateNames = {"absent", "open", "early", "matched", "expired", "late"};

bool HasLatency(ledger::Counter counter) {
  return counter == ledger::Counter::kMatched || counter == ledger::Counter::kLate ||
         counter == ledger::Counter::kNegative || counter == ledger::Counter::kEnd ||
         counter == ledger::Counter::kStage;
}

std::string Since(Time time) {
  if (time == kNoTime) return "-";
  return InWords(time - kStoryBegin);
}

}  // namespace

std::string InWords(Duration duration) {
  if (duration % 1s == Duration::zero()) return absl::StrCat(duration / 1s, "s");
  return absl::StrCat(duration / 1ms, "ms");
}

EngineTest::EngineTest() {
  rules_.name = "push";
  flows_.Publish(flow::FlowId{0}, rules_);
  Use(AllSlots());
}

JoinEngine::Options EngineTest::AllSlots() {
  JoinEngine::Options options;
  for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) options.slots.push_back(hash::SlotId(slot));
  return options;
}

void EngineTest::Use(JoinEngine::Options options) {
  options_ = std::move(options);
  options_.complete_series = [this](flow::SeriesId start, flow::SeriesId carried) { return Complete(start, carried); };
  sequences_ = std::make_unique<journal::SequenceAllocator>(blocks_);
  engine_ = std::make_unique<JoinEngine>(options_, flows_, *sequences_);
  engine_->OpenCommit(clock_);
}

void EngineTest::Apply(const StoryEvent& event) {
  const event::Outcome outcome = engine_->Apply(Routed(event), decisions_);
  TakeCounts();
  if (outcome.status == event::Status::kTooLate) told_.push_back(absl::StrCat("too_late(", event.key(), ")"));
  if (outcome.status == event::Status::kInvalid) told_.push_back(absl::StrCat("invalid(", event.key(), ")"));
  if (outcome.status == event::Status::kRetryAfter) {
    told_.push_back(absl::StrCat("retry_after(", event.key(), ", ", outcome.retry_after_millis, "ms)"));
  }
}

void EngineTest::ClockIs(Duration since_begin) {
  Commit();
  clock_ = kStoryBegin + since_begin;
  engine_->OpenCommit(clock_);
  while (engine_->ExpireDue(100, decisions_) == 100) {
  }
  engine_->Walk({.slots_max = hash::kSlotCount}, decisions_);
  TakeCounts();
}

void EngineTest::Commit() {
  TakeCounts();
  journal_.Commit(decisions_.rows);
}

void EngineTest::Reload(const flow::Rules& rules) {
  rules_ = rules;
  flows_.Publish(flow::FlowId{0}, rules);
}

void EngineTest::Restart() {
  Commit();
  sequences_ = std::make_unique<journal::SequenceAllocator>(blocks_);
  engine_ = std::make_unique<JoinEngine>(options_, flows_, *sequences_);
  journal_.RestoreInto(*engine_, random_);
  engine_->OpenCommit(clock_);
}

void EngineTest::TakeCounts() {
  for (const ledger::Count& count : decisions_.counts) told_.push_back(Told(count));
  decisions_.counts.clear();
}

std::string EngineTest::Told(const ledger::Count& count) const {
  std::string latency = HasLatency(count.counter) ? absl::StrCat(", ", InWords(count.latency)) : "";
  if (count.of_ends) absl::StrAppend(&latency, "..", InWords(count.last_latency));
  return absl::StrCat(count.empty     ? "empty "
                      : count.of_ends ? "of_ends "
                                      : "",
                      kCounterNames[static_cast<size_t>(count.counter)], "(",
                      series_names_[static_cast<uint32_t>(count.series)], latency, ")",
                      kAttainments[static_cast<size_t>(count.attainment)]);
}

std::string EngineTest::Transcript() {
  const std::string transcript = absl::StrJoin(told_, " ");
  told_.clear();
  return transcript;
}

std::string EngineTest::RowsOf(const std::string& key) {
  Commit();
  std::vector<std::string> rows;
  for (const auto& [sequence, stored] : journal_.rows()) {
    const journal::Row& row = stored.row;
    if (row.fingerprint != FingerprintOf(key)) continue;
    std::string text = absl::StrCat(kRowNames[static_cast<size_t>(row.kind)], "(", Since(row.time));
    if (row.latency != Duration::zero()) absl::StrAppend(&text, " +", InWords(row.latency));
    if (row.second_time != kNoTime) absl::StrAppend(&text, "/", Since(row.second_time));
    if (row.parts != 0) absl::StrAppend(&text, " parts=", row.parts);
    absl::StrAppend(&text, " of ", Since(row.earliest), "..", Since(row.latest));
    if (row.generation != 0) absl::StrAppend(&text, " gen=", row.generation);
    if (row.remember_until != Time{}) absl::StrAppend(&text, " until ", Since(row.remember_until));
    rows.push_back(text + ")");
  }
  return absl::StrJoin(rows, " ");
}

std::string EngineTest::StoryOf(const std::string& key) {
  const KeyStory story = engine_->Find(FingerprintOf(key), flow::FlowId{0});
  std::string text = kStateNames[static_cast<size_t>(story.state)];
  if (story.started_at) absl::StrAppend(&text, " start=", Since(*story.started_at));
  if (story.ended_at) absl::StrAppend(&text, " end=", Since(*story.ended_at));
  if (story.latency) absl::StrAppend(&text, " latency=", InWords(*story.latency));
  if (story.deadline) absl::StrAppend(&text, " deadline=", Since(*story.deadline));
  if (story.empty) absl::StrAppend(&text, " empty");
  if (!story.parts) return text;
  const PartsStory& parts = *story.parts;
  if (parts.known != 0) absl::StrAppend(&text, " parts=", parts.ended, "/", parts.known);
  if (parts.expected != 0) absl::StrAppend(&text, " expected=", parts.expected);
  if (parts.completed_at) absl::StrAppend(&text, " completed=", Since(*parts.completed_at));
  absl::StrAppend(&text, " missing=", parts.missing, "[", absl::StrJoin(parts.missing_ids, ","), "]");
  absl::StrAppend(&text, " progress=", Since(parts.last_progress));
  return text;
}

flow::SeriesId EngineTest::SeriesCalled(const std::string& name) {
  const auto [place, added] = series_.try_emplace(name, flow::SeriesId(static_cast<uint32_t>(series_names_.size())));
  if (added) series_names_.push_back(name);
  return place->second;
}

flow::SeriesId EngineTest::Complete(flow::SeriesId start, flow::SeriesId carried) {
  const auto labels_of = [this](flow::SeriesId series) {
    std::map<std::string, std::string> labels;
    for (const auto label : absl::StrSplit(series_names_[static_cast<uint32_t>(series)], ' ')) {
      const std::vector<std::string> halves = absl::StrSplit(label, absl::MaxSplits('=', 1));
      if (halves.size() == 2) labels.emplace(halves[0], halves[1]);
    }
    return labels;
  };
  std::map<std::string, std::string> labels = labels_of(start);
  labels.merge(labels_of(carried));
  return labels.empty() ? start : SeriesCalled(absl::StrJoin(labels, " ", absl::PairFormatter("=")));
}

RoutedEvent EngineTest::Routed(const StoryEvent& event) {
  return {.kind = event.kind(),
          .fingerprint = FingerprintOf(event.key()),
          .series = SeriesCalled(event.labels().empty() ? event.key() : event.labels()),
          .flow = flow::FlowId{0},
          .time = event.time(),
          .key = event.key(),
          .id = event.id(),
          .not_before = event.not_before(),
          .generation = event.generation(),
          .expected = event.expected()};
}

hash::Fingerprint EngineTest::FingerprintOf(const std::string& key) const {
  return hash::FingerprintOf(hash::HashSeed{7}, "push", key);
}

}  // namespace oneway::join
