// SPDX-License-Identifier: Apache-2.0
//
// Random histories of a few keys, with events sent again, reordered, too late or too early, the clock moving and
// jumping, rules reloaded, rows moved and removed, restarts, lost commits whose events come again, and events that come
// by two routes: the engine must count what the model counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "joiner/join/engine.h"
#include "joiner/ledger/count.h"
#include "tests/unit/joiner/join/fake_dictionary.h"
#include "tests/unit/joiner/join/fake_journal.h"
#include "tests/unit/joiner/join/history_run.h"
#include "tests/unit/joiner/join/labelled_counts.h"
#include "tests/unit/joiner/join/model_labels.h"
#include "tests/unit/joiner/join/reference_ends.h"
#include "tests/unit/joiner/join/reference_fanouts.h"
#include "tests/unit/joiner/join/reference_pairs.h"
#include "tests/unit/joiner/join/resends.h"

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

constexpr flow::FlowId kFlow{0};
constexpr Time kBegin{std::chrono::hours(24 * 365 * 50)};
constexpr int kKeys = 4;  // in slots of their own: the fewer slots, the more histories in the same time

std::string NameOf(int key) {
  return absl::StrCat("k", key);
}

hash::Fingerprint FingerprintOf(const std::string& key) {
  return hash::FingerprintOf(hash::HashSeed{3}, "push", key);
}

void AddMatchOfEnds(const ledger::Count& match, const std::string& labels, LabelledCounts& counts) {
  if (match.latency >= Duration::zero()) counts.Sample(ledger::Counter::kMatched, match.latency, labels);
  if (match.last_latency >= Duration::zero()) {
    counts.Sample(LabelledCounts::kToLastEnd, match.last_latency, labels);
  }
}

// Adds what the engine counted, as the model counts it.
void Add(const ledger::Count& count, const std::string& labels, LabelledCounts& counts) {
  counts.Count(count.counter, labels);
  if (count.attainment != ledger::Attainment::kNotJudged) counts.Count(ledger::Counter::kValid, labels);
  if (count.attainment == ledger::Attainment::kMet) counts.Count(ledger::Counter::kGood, labels);
  if (count.empty) counts.Count(ledger::Counter::kEmpty, labels);
  if (count.of_ends) return AddMatchOfEnds(count, labels, counts);
  const ledger::Counter sample = count.empty ? ledger::Counter::kEmpty : count.counter;
  const bool sampled = count.counter == ledger::Counter::kLate || count.counter == ledger::Counter::kNegative ||
                       ((count.counter == ledger::Counter::kMatched || count.counter == ledger::Counter::kEnd ||
                         count.counter == ledger::Counter::kStage) &&
                        count.latency >= Duration::zero());
  if (sampled) counts.Sample(sample, count.latency, labels);
}

// What the events of a flow look like, by shape.
template <typename Model>
constexpr flow::Shape kShapeOf = flow::Shape::kPair;
template <>
constexpr flow::Shape kShapeOf<ReferenceFanouts> = flow::Shape::kFanout;

template <typename Model>
constexpr flow::Ends kEndsOf = flow::Ends::kFirst;
template <>
constexpr flow::Ends kEndsOf<ReferenceEnds> = flow::Ends::kEvery;

template <typename Model>
class History {
 public:
  explicit History(uint64_t seed)
      : random_(seed), clock_step_(Chance(80) ? 1s : 100ms), rules_(DrawRules()), model_(rules_) {
    flows_.Publish(kFlow, rules_);
    StartEngine();
    OpenCommit();
    durable_ = {model_, counts_};
  }

  void Run() {
    const int steps = Draw(20, 500);
    for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      ApplyOne();
      if (Chance(15)) EndCommit();
    }
    // Everything comes to an end: nothing is open, nothing waits, nothing is remembered.
    EndCommit();
    clock_ = std::chrono::ceil<std::chrono::hours>(clock_) + std::chrono::hours(1000);
    OpenCommit();
    EndCommit();
    ExpireAll();
    for (int i = 0; i < 2; ++i) engine_->Walk({.slots_max = kKeys}, decisions_);
    EXPECT_EQ(engine_->open_keys() + engine_->closed_keys(), 0u);
    EXPECT_EQ(engine_->live_rows(), 0u);
    EXPECT_EQ(engine_->memory_bytes(), 0u);
  }

  HistoryFigures Figures() const {
    HistoryFigures figures = figures_;
    figures.histories = 1;
    figures.hits = model_.Hits();
    return figures;
  }

 private:
  struct Durable {
    Model model;
    LabelledCounts counts;
  };

  int Draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
  bool Chance(int percent) { return Draw(1, 100) <= percent; }

  flow::Rules DrawRules() {
    flow::Rules rules;
    rules.name = "push";
    rules.shape = kShapeOf<Model>;
    rules.ends = kEndsOf<Model>;
    rules.settle = 1s * Draw(0, 6);
    rules.ttl = 1s * Draw(1, 40);
    rules.retry_window = 1s * Draw(1, 60);
    rules.late_window = 1s * Draw(1, 60);
    rules.arrival_grace = 1s * Draw(0, 5);
    rules.start = Chance(50) ? flow::StartPolicy::kEarliest : flow::StartPolicy::kLatest;
    for (const char* name : {"os", "zone"}) {
      if (Chance(75)) rules.labels.emplace_back(name);
    }
    if (Chance(10)) rules.max_series = static_cast<uint32_t>(Draw(1, 8));
    if (Chance(50))
      rules.objective = flow::Objective{.under = std::min<Duration>(rules.ttl, 1s * Draw(1, 10)), .target = 0.9};
    return rules;
  }

  event::Kind DrawKind() {
    using event::Kind;
    if (Chance(1)) return Kind(Draw(static_cast<int>(Kind::kStart), static_cast<int>(Kind::kCompleted)));
    if (Chance(stage_percent_)) return Kind::kStage;
    if (kShapeOf<Model> == flow::Shape::kPair) return Chance(45) ? Kind::kStart : Kind::kEnd;
    constexpr Kind kKinds[] = {Kind::kStart,     Kind::kStart,     Kind::kPartStarted, Kind::kPartStarted,
                               Kind::kPartEnded, Kind::kPartEnded, Kind::kPartEnded,   Kind::kCompleted};
    return kKinds[Draw(0, static_cast<int>(std::size(kKinds)) - 1)];
  }

  ModelEvent DrawEvent() {
    if (!sent_.empty() && Chance(25)) return sent_[static_cast<size_t>(Draw(0, static_cast<int>(sent_.size()) - 1))];
    const Duration age = Chance(80) ? 500ms * Draw(-20, 60) : 500ms * Draw(-200, 300);
    ModelEvent event{
        .kind = DrawKind(), .key = NameOf(Draw(0, kKeys - 1)), .time = clock_ - age, .labels = DrawLabels()};
    const bool may_have_generation = event.kind != event::Kind::kStage || Chance(5);
    if (uses_generations_ && may_have_generation && Chance(70)) event.generation = static_cast<uint64_t>(Draw(1, 3));
    // In whole seconds, to which the engine rounds up for how long it remembers a late key.
    if (event.kind == event::Kind::kStart && Chance(15)) event.not_before = event.time + 1s * Draw(-5, 30);
    if (event.kind == event::Kind::kStage) event.part = DrawPart();
    if (std::is_same_v<Model, ReferencePairs> || event.kind == event::Kind::kStage) return event;
    if (event.kind != event::Kind::kStart && event.kind != event::Kind::kCompleted) event.part = DrawPart();
    if ((event.kind == event::Kind::kStart || event.kind == event::Kind::kCompleted) && Chance(30)) {
      event.expected = static_cast<uint32_t>(Draw(1, 4));
    }
    return event;
  }

  // Some of them perhaps not on the flow's list.
  ModelLabels DrawLabels() {
    ModelLabels labels;
    if (Chance(40)) return labels;
    for (const char* name : {"os", "shade", "zone"}) {
      if (Chance(50)) labels[name] = std::string(1, static_cast<char>(Draw('a', 'c')));
    }
    return labels;
  }

  // Some ids are longer than what is kept in place.
  std::string DrawPart() {
    const int part = Draw(0, 3);
    return part == 3 ? std::string(40, 'p') : absl::StrCat("p", part);
  }

  void ApplyOne() {
    const std::optional<ModelEvent> again = resends_.Take();
    const ModelEvent event = again ? *again : DrawEvent();
    sent_.push_back(event);
    ++figures_.events;
    const RoutedEvent routed{.kind = event.kind,
                             .fingerprint = FingerprintOf(event.key),
                             .series = SeriesOf(event),
                             .flow = kFlow,
                             .time = event.time,
                             .key = event.key,
                             .id = event.part,
                             .not_before = event.not_before.value_or(kNoTime),
                             .generation = event.generation,
                             .expected = event.expected};
    const event::Status status = engine_->Apply(routed, decisions_).status;
    ASSERT_EQ(status, model_.Apply(event))
        << "kind " << static_cast<int>(event.kind) << " of " << event.key << " " << event.part << " at "
        << (event.time - clock_).count() << " ns of the clock; known: " << model_.States();
  }

  // As the decoder of a stream does it.
  flow::SeriesId SeriesOf(const ModelEvent& event) {
    if (event.kind == event::Kind::kStage) return dictionary_->InternStage(kFlow, event.part);
    const ledger::Labels labels(event.labels.begin(), event.labels.end());
    return event.kind == event::Kind::kStart ? dictionary_->InternSeries(kFlow, labels)
                                             : dictionary_->InternCarried(kFlow, labels);
  }

  void EndCommit() {
    ExpireAll();
    model_.Settle();
    if (Chance(50)) Walk();
    TakeCounts();
    Compare();
    if (Chance(5)) {  // A crash: the commit never became durable.
      ++figures_.lost_commits;
      resends_.CommitWasLost(EventsOfCommit());
      decisions_.rows.Clear();
      model_ = durable_.model;
      counts_ = durable_.counts;
      StartEngine();
    } else {
      journal_.Commit(decisions_.rows);
      dictionary_.Commit();
      durable_ = {model_, counts_};
      if (Chance(10)) RemoveForgottenRows();
      if (Chance(10)) Restart();
      if (Chance(5)) resends_.AnswerWasLost(EventsOfCommit());
      // With finer steps a key may be overdue and still open, and a reload would give it more time.
      if (clock_step_ == 1s && Chance(4)) Reload();
    }
    commit_begins_ = sent_.size();
    if (Chance(80)) clock_ += clock_step_ * (Chance(85) ? Draw(0, 5) : Draw(10, 300));
    OpenCommit();
  }

  std::vector<ModelEvent> EventsOfCommit() const {
    return {sent_.begin() + static_cast<std::ptrdiff_t>(commit_begins_), sent_.end()};
  }

  void OpenCommit() {
    engine_->OpenCommit(clock_);
    model_.ClockIs(clock_);
    if (Chance(70)) ExpireAll();  // Otherwise events meet keys that are due.
    TakeCounts();
  }

  void ExpireAll() {
    const size_t at_once = static_cast<size_t>(Draw(1, 5));
    while (engine_->ExpireDue(at_once, decisions_) == at_once) {
    }
  }

  void Walk() {
    engine_->Walk({.slots_max = static_cast<size_t>(Draw(1, kKeys)),
                   .relocate_below = journal::Sequence(static_cast<uint64_t>(Draw(0, 1)) * next_sequence_ / 2),
                   .rows_max = static_cast<size_t>(Draw(1, 4))},
                  decisions_);
  }

  void TakeCounts() {
    for (const ledger::Count& count : decisions_.counts) {
      Add(count, TextOf(dictionary_->NameOf(count.series).labels), counts_);
    }
    decisions_.counts.clear();
  }

  void Compare() {
    CompareBalance();
    // A key that nobody touches may close up to a second late; at whole seconds the two have to agree.
    if (clock_.time_since_epoch() % 1s != Duration::zero()) return;
    EXPECT_EQ(counts_.DifferenceFrom(model_.Counts()), "");
    const std::vector<uint64_t> open = engine_->CountOpen();
    EXPECT_EQ(open.empty() ? 0 : open[0], model_.Open());
    EXPECT_EQ(engine_->figures().empty() ? 0 : engine_->figures()[0].early_waiting, model_.EarlyWaiting());
  }

  void CompareBalance() {
    const std::vector<uint64_t> open = engine_->CountOpen();
    EXPECT_EQ(counts_.Of(ledger::Counter::kStarted),
              counts_.Of(ledger::Counter::kMatched) + counts_.Of(ledger::Counter::kExpired) +
                  counts_.Of(ledger::Counter::kSuperseded) + (open.empty() ? 0 : open[0]));
  }

  // The durable clock is that of the last commit; the first opening comes with it.
  void StartEngine() {
    blocks_ = std::make_unique<journal::SequenceBlocks>(journal::Sequence{next_sequence_});
    sequences_ = std::make_unique<journal::SequenceAllocator>(*blocks_);
    JoinEngine::Options options;
    for (int key = 0; key < kKeys; ++key) options.slots.push_back(hash::SlotOf(FingerprintOf(NameOf(key))));
    options.stretch_rows = 4096;
    options.complete_series = [this](flow::SeriesId start, flow::SeriesId carried) {
      return dictionary_->Complete(start, carried);
    };
    dictionary_.Restart(rules_, clock_);
    engine_ = std::make_unique<JoinEngine>(std::move(options), flows_, *sequences_);
    journal_.RestoreInto(*engine_, random_, floor_);
    ASSERT_TRUE(engine_->FinishRestore().ok());
    next_sequence_ += 4096;
  }

  // A restart must bring back exactly what was in memory, and needs nothing below the floor.
  void Restart() {
    ++figures_.restarts;
    engine_->Walk({.slots_max = kKeys}, decisions_);
    ASSERT_TRUE(decisions_.rows.empty());
    floor_ = engine_->LowestLiveStretch().value_or(floor_);
    const std::string before = Sizes();
    StartEngine();
    engine_->OpenCommit(clock_);
    engine_->Walk({.slots_max = kKeys}, decisions_);
    EXPECT_EQ(Sizes(), before);
    floor_ = {};
  }

  std::string Sizes() const {
    std::string sizes = absl::StrCat(engine_->open_keys(), " open, ", engine_->closed_keys(), " closed, ",
                                     engine_->live_rows(), " rows, ", engine_->memory_bytes(), " bytes;");
    for (int key = 0; key < kKeys; ++key) {
      const KeyStory story = engine_->Find(FingerprintOf(NameOf(key)), kFlow);
      absl::StrAppend(&sizes, " ", static_cast<int>(story.state), " from ", InNanos(story.started_at), " to ",
                      InNanos(story.ended_at));
      if (!story.parts) continue;
      const PartsStory& parts = *story.parts;
      absl::StrAppend(&sizes, " parts ", parts.ended, "/", parts.known, "/", parts.expected, " missing ", parts.missing,
                      " ", absl::StrJoin(parts.missing_ids, ","), " completed ", InNanos(parts.completed_at),
                      " progress ", InNanos(parts.last_progress));
    }
    return sizes;
  }

  static int64_t InNanos(std::optional<Time> time) { return time.value_or(Time{}).time_since_epoch().count(); }

  // What the TTL filter does, for some of the rows that it may remove.
  void RemoveForgottenRows() {
    std::erase_if(journal_.rows(), [this](const auto& entry) {
      const journal::Row& row = entry.second.row;
      return row.IsDone() && row.latest < rules_.Horizon(clock_) && row.remember_until < clock_ && Chance(70);
    });
  }

  void Reload() {
    const Time horizon = rules_.Horizon(clock_);
    rules_ = DrawRules();
    rules_.horizon_floor = horizon;
    flows_.Publish(kFlow, rules_);
    dictionary_->Reload({rules_}, {}, clock_);
    model_.Reload(rules_);
    durable_.model.Reload(rules_);
  }

  std::mt19937_64 random_;
  const bool uses_generations_ = std::is_same_v<Model, ReferencePairs> && Chance(40);
  const int stage_percent_ = Chance(30) ? 0 : Draw(1, 40);
  const Duration clock_step_;
  Time clock_ = kBegin;
  flow::Rules rules_;
  flow::Registry flows_;
  uint64_t next_sequence_ = 0;
  journal::Sequence floor_{};
  std::unique_ptr<journal::SequenceBlocks> blocks_;
  std::unique_ptr<journal::SequenceAllocator> sequences_;
  std::unique_ptr<JoinEngine> engine_;
  FakeJournal journal_;
  FakeDictionary dictionary_;
  Decisions decisions_;
  Model model_;
  LabelledCounts counts_;
  Durable durable_{model_, counts_};
  std::vector<ModelEvent> sent_;
  size_t commit_begins_ = 0;  // in sent_
  Resends resends_{random_};
  HistoryFigures figures_;
};

#ifdef ONEWAY_SANITIZED
constexpr uint64_t kHistories = 1000;
#else
constexpr uint64_t kHistories = 7000;
#endif

class JoinEngineHistories : public ::testing::Test {
 protected:
  static void TearDownTestSuite() { std::printf("%s\n", HistoryRun::SummaryOf(all_).c_str()); }

  template <typename Model>
  static void RunHistories(const char* kind, std::initializer_list<SemanticsRow> rows) {
    HistoryRun run(kind, kHistories);
    while (const std::optional<uint64_t> seed = run.NextSeed()) {
      SCOPED_TRACE(absl::StrCat("history with seed ", *seed));
      History<Model> history(*seed);
      history.Run();
      run.Add(history.Figures());
      if (HasFailure()) return;
    }
    std::printf("%s\n", run.Summary().c_str());
    run.ExpectHits(rows);
    all_ += run.figures();
  }

 private:
  inline static HistoryFigures all_;
};

// semantics: match, early, expire, late, dup, restart, gen, reuse, extra, stage, neg, labels
TEST_F(JoinEngineHistories, EngineAndModelCountTheSameOfPairs) {
  using enum SemanticsRow;
  RunHistories<ReferencePairs>(
      "pairs", {kMatch, kEarly, kExpire, kLate, kDup, kRestart, kGen, kReuse, kExtra, kStage, kNeg, kLabels});
}

// semantics: every, early, expire, late, dup, restart, reuse, extra, stage, neg, labels
TEST_F(JoinEngineHistories, EngineAndModelCountTheSameOfEveryEnd) {
  using enum SemanticsRow;
  RunHistories<ReferenceEnds>("every end",
                              {kEvery, kEarly, kExpire, kLate, kDup, kRestart, kReuse, kExtra, kStage, kNeg, kLabels});
}

// semantics: close, order, settle, latepart, empty, excess, fexpire, dup, restart, reuse, stage, neg, labels
TEST_F(JoinEngineHistories, EngineAndModelCountTheSameOfFanouts) {
  using enum SemanticsRow;
  RunHistories<ReferenceFanouts>("fan-outs", {kClose, kOrder, kSettle, kLatepart, kEmpty, kExcess, kFexpire, kDup,
                                              kRestart, kReuse, kStage, kNeg, kLabels});
}

}  // namespace
}  // namespace oneway::join
