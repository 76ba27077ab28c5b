// SPDX-License-Identifier: Apache-2.0
//
// Every order in which the events of a small task can arrive: the outcome must be the same in all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/join/engine.h"
#include "joiner/journal/sequence_allocator.h"
#include "tests/unit/joiner/join/fake_journal.h"

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;

constexpr flow::FlowId kFlow{0};
constexpr uint64_t kKeysAtOnce = 4096;
const std::string kPartNames[] = {"a", "b", "c", "d"};

// Where the number of parts is said.
enum class Said { kNowhere, kByStart, kByCompleted };

struct TaskEvent {
  event::Kind kind;
  Duration time;
  std::string_view id = {};
  uint32_t expected = 0;
};

// Starts at 0 s; part i is declared at i + 1 s and out at 10 - i s, so that the first declared is the last out; no
// further parts at 6 s.
std::vector<TaskEvent> TaskOf(uint32_t parts, Said said) {
  std::vector<TaskEvent> task = {
      {.kind = event::Kind::kStart, .time = 0s, .expected = said == Said::kByStart ? parts : 0},
      {.kind = event::Kind::kCompleted, .time = 6s, .expected = said == Said::kByCompleted ? parts : 0}};
  for (uint32_t part = 0; part < parts; ++part) {
    task.push_back({.kind = event::Kind::kPartStarted, .time = 1s * (part + 1), .id = kPartNames[part]});
    task.push_back({.kind = event::Kind::kPartEnded, .time = 10s - 1s * part, .id = kPartNames[part]});
  }
  return task;
}

// What happens between two events of a task.
enum class Between { kNothing, kCommits, kRestarts };

class AllOrders : public ::testing::TestWithParam<std::tuple<uint32_t, Said, Between>> {
 protected:
  AllOrders() {
    flow::Rules rules;
    rules.name = "task";
    rules.shape = flow::Shape::kFanout;
    rules.settle = 2s;
    flows_.Publish(kFlow, rules);
    StartEngine();
    OpenCommit();
  }

  uint32_t parts() const { return std::get<0>(GetParam()); }
  Between between() const { return std::get<2>(GetParam()); }
  // Keys whose events come in one commit share it with others.
  uint64_t KeysAtOnce() const { return between() == Between::kNothing ? kKeysAtOnce : 1; }

  void Apply(const TaskEvent& event) {
    const RoutedEvent routed{.kind = event.kind,
                             .fingerprint = {.high = 1, .low = key_},
                             .flow = kFlow,
                             .time = began_ + event.time,
                             .key = "task",
                             .id = event.id,
                             .expected = event.expected};
    if (engine_->Apply(routed, decisions_).status != event::Status::kOk) ++refused_;
    if (between() == Between::kNothing) return;
    clock_ += 100ms;
    if (between() == Between::kRestarts) Restart();
    OpenCommit();
  }

  void Restart() {
    TakeCounts();
    journal_.Commit(decisions_.rows);
    StartEngine();
    journal_.RestoreInto(*engine_, random_);
    ASSERT_TRUE(engine_->FinishRestore().ok());
  }

  void StartEngine() {
    sequences_ = std::make_unique<journal::SequenceAllocator>(blocks_);
    engine_ = std::make_unique<JoinEngine>(JoinEngine::Options{.slots = {hash::SlotId{0}}}, flows_, *sequences_);
  }

  void TakeCounts() {
    for (const ledger::Count& count : decisions_.counts) ++counted_[static_cast<size_t>(count.counter)];
    decisions_.counts.clear();
  }

  // Lets the keys settle, looks at what became of each, and forgets them.
  void CheckAndForget() {
    clock_ += 4s;  // settle, and the second by which keys that nobody touches may lag
    OpenCommit();
    const Duration latency = parts() == 0 ? 6s : 10s;
    for (uint64_t key = 0; key < key_; ++key) {
      const KeyStory story = engine_->Find({.high = 1, .low = key}, kFlow);
      wrong_ += story.state != KeyState::kMatched || story.started_at != began_ || story.latency != latency ||
                story.empty != (parts() == 0);
    }
    checked_ += key_;
    key_ = 0;
    clock_ += 1h;
    OpenCommit();
    began_ = clock_;
    journal_.rows().clear();
    wrong_ += engine_->closed_keys() + engine_->open_keys() + engine_->live_rows();
  }

  void OpenCommit() {
    TakeCounts();
    journal_.Commit(decisions_.rows);
    engine_->OpenCommit(clock_);
    while (engine_->ExpireDue(kKeysAtOnce, decisions_) == kKeysAtOnce) {
    }
    engine_->Walk({.slots_max = 1}, decisions_);
  }

  uint64_t Counted(ledger::Counter counter) const { return counted_[static_cast<size_t>(counter)]; }

  flow::Registry flows_;
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  std::unique_ptr<journal::SequenceAllocator> sequences_;
  std::unique_ptr<JoinEngine> engine_;
  FakeJournal journal_;
  Decisions decisions_;
  std::mt19937_64 random_{20261121};  // the order in which rows are restored
  Time clock_{24h * 365 * 50};
  Time began_ = clock_;
  uint64_t key_ = 0;
  uint64_t checked_ = 0;
  uint64_t wrong_ = 0;
  uint64_t refused_ = 0;
  std::array<uint64_t, ledger::kCounters> counted_{};
};

// semantics: close, order, settle, empty
TEST_P(AllOrders, GiveTheSameOutcome) {
  const std::vector<TaskEvent> task = TaskOf(parts(), std::get<1>(GetParam()));
  std::vector<size_t> order(task.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    for (const size_t event : order) Apply(task[event]);
    if (++key_ == KeysAtOnce()) CheckAndForget();
  } while (std::next_permutation(order.begin(), order.end()));
  CheckAndForget();
  OpenCommit();

  uint64_t orders = 1;
  for (uint64_t events = 2; events <= task.size(); ++events) orders *= events;
  EXPECT_EQ(checked_, orders);
  EXPECT_EQ(wrong_, 0u);
  EXPECT_EQ(refused_, 0u);
  EXPECT_EQ(Counted(ledger::Counter::kStarted), orders);
  EXPECT_EQ(Counted(ledger::Counter::kMatched), orders);
  EXPECT_EQ(Counted(ledger::Counter::kExpired), 0u);
  EXPECT_EQ(Counted(ledger::Counter::kExcessPart), 0u);
}

// Ten events have 3.6 million orders; under a sanitizer that takes minutes.
#ifdef ONEWAY_SANITIZED
constexpr uint32_t kPartsMost = 3;
#else
constexpr uint32_t kPartsMost = 4;
#endif

std::string NameOf(const ::testing::TestParamInfo<AllOrders::ParamType>& info) {
  const char* said[] = {"", "ExpectedByStart", "ExpectedByCompleted"};
  const char* between[] = {"", "WithCommits", "WithRestarts"};
  return absl::StrCat(std::get<0>(info.param), "Parts", said[static_cast<int>(std::get<1>(info.param))],
                      between[static_cast<int>(std::get<2>(info.param))]);
}

const auto kSaid = ::testing::Values(Said::kNowhere, Said::kByStart, Said::kByCompleted);

INSTANTIATE_TEST_SUITE_P(SmallTasks, AllOrders,
                         ::testing::Combine(::testing::Range(0u, kPartsMost + 1), kSaid,
                                            ::testing::Values(Between::kNothing)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(SmallTasksInManyCommits, AllOrders,
                         ::testing::Combine(::testing::Range(0u, kPartsMost), kSaid,
                                            ::testing::Values(Between::kCommits)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(SmallTasksInManyRuns, AllOrders,
                         ::testing::Combine(::testing::Range(0u, 3u), kSaid, ::testing::Values(Between::kRestarts)),
                         NameOf);

}  // namespace
}  // namespace oneway::join
