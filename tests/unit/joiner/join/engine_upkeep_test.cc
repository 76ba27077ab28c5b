// SPDX-License-Identifier: Apache-2.0
//
// What the engine does besides judging: the walk, rows and stretches, restoring, and the bound of its memory.
#include "tests/unit/joiner/join/engine_fixture.h"

namespace oneway::join {
namespace {

using JoinEngineUpkeepTest = EngineTest;

journal::Row RowOf(journal::RowKind kind, const hash::Fingerprint& fingerprint, Duration time) {
  return {.kind = kind,
          .fingerprint = fingerprint,
          .time = kStoryBegin + time,
          .earliest = kStoryBegin + time,
          .latest = kStoryBegin + time,
          .key = kind <= journal::RowKind::kEnd ? "push-7" : ""};
}

TEST_F(JoinEngineUpkeepTest, AWalkForgetsClosedKeysWithoutAWrite) {
  Apply(Start("push-7").At(0s));
  Apply(End("push-7").At(5s));
  Commit();
  engine_->OpenCommit(kStoryBegin + 6min);
  EXPECT_EQ(engine_->closed_keys(), 1u);
  engine_->Walk({.slots_max = hash::kSlotCount}, decisions_);
  EXPECT_EQ(engine_->closed_keys(), 0u);
  EXPECT_EQ(engine_->live_rows(), 0u);
  EXPECT_TRUE(decisions_.rows.empty());
}

TEST_F(JoinEngineUpkeepTest, AWalkNotesTheOldestStartOnceARoundIsComplete) {
  Apply(Start("a").At(9s));
  Apply(Start("b").At(3s));
  Apply(Start("c").At(1s));
  Apply(End("c").At(2s));
  const uint64_t rounds = engine_->walk_rounds();
  engine_->Walk({.slots_max = hash::kSlotCount - 1}, decisions_);
  EXPECT_EQ(engine_->figures().at(0).oldest_open, std::nullopt);
  engine_->Walk({.slots_max = 1}, decisions_);
  EXPECT_EQ(engine_->walk_rounds(), rounds + 1);
  EXPECT_EQ(engine_->figures().at(0).oldest_open, kStoryBegin + 3s);
  Apply(End("a").At(10s));
  Apply(End("b").At(10s));
  engine_->Walk({.slots_max = hash::kSlotCount}, decisions_);
  EXPECT_EQ(engine_->figures().at(0).oldest_open, std::nullopt);
}

TEST_F(JoinEngineUpkeepTest, RelocationMovesEveryKindOfRowAndLeavesItsMeaning) {
  Apply(Start("open").At(1s));
  Apply(Start("matched").At(1s));
  Apply(End("matched").At(4s));
  Apply(End("early").At(2s));
  Apply(End("early").At(3s));
  Commit();
  blocks_.TakeBlock();
  const journal::Sequence below = blocks_.Next();
  sequences_ = std::make_unique<journal::SequenceAllocator>(blocks_);
  Restart();
  EXPECT_EQ(engine_->Walk({.slots_max = hash::kSlotCount, .relocate_below = below}, decisions_), 4u);
  Commit();
  EXPECT_EQ(journal_.rows().size(), 4u);
  EXPECT_GE(journal_.rows().begin()->first, below);
  EXPECT_EQ(engine_->live_rows(), 4u);
  EXPECT_EQ(engine_->Walk({.slots_max = hash::kSlotCount, .relocate_below = below}, decisions_), 0u);

  Restart();
  EXPECT_EQ(RowsOf("open"), "START(1s of 1s..1s)");
  EXPECT_EQ(RowsOf("matched"), "MATCHED(1s +3s of 1s..4s)");
  EXPECT_EQ(StoryOf("open"), "open start=1s deadline=601s");
  EXPECT_EQ(StoryOf("matched"), "matched start=1s end=4s latency=3s");
  EXPECT_EQ(StoryOf("early"), "early end=2s");
}

TEST_F(JoinEngineUpkeepTest, ARelocationThatIsCutOffGoesOnWhereItStopped) {
  for (int i = 0; i < 10; ++i) Apply(Start(std::to_string(i)));
  Commit();
  blocks_.TakeBlock();
  const journal::Sequence below = blocks_.Next();
  Restart();
  size_t walks = 0;
  for (size_t moved = 0; moved < 10; ++walks) {
    const size_t rows =
        engine_->Walk({.slots_max = hash::kSlotCount, .relocate_below = below, .rows_max = 3}, decisions_);
    ASSERT_LE(rows, 3u);
    ASSERT_GT(rows, 0u);
    moved += rows;
  }
  EXPECT_EQ(walks, 4u);
  EXPECT_GE(*engine_->LowestLiveStretch(), journal::Sequence{0});
  EXPECT_EQ(engine_->live_rows(), 10u);
}

TEST_F(JoinEngineUpkeepTest, TheLowestLiveStretchRisesAsItsRowsCloseAndGo) {
  JoinEngine::Options options = AllSlots();
  options.stretch_rows = 4096;
  Use(options);
  Apply(Start("a"));
  EXPECT_EQ(engine_->LowestLiveStretch(), journal::Sequence{0});
  Restart();
  Apply(Start("b"));
  Apply(End("a").At(1s));
  EXPECT_EQ(engine_->LowestLiveStretch(), journal::Sequence{0}) << "its DONE row is live";
  ClockIs(5min + 2s);
  EXPECT_EQ(engine_->LowestLiveStretch(), journal::Sequence{4096});
  Apply(End("b").At(5min));
  ClockIs(20min);
  EXPECT_EQ(engine_->LowestLiveStretch(), std::nullopt);
}

TEST_F(JoinEngineUpkeepTest, ARestartCountsNothingAndForgetsNothing) {
  Apply(Start("open").At(1s));
  Apply(Start("open").At(2s));
  Apply(Start("matched").At(1s));
  Apply(End("matched").At(4s));
  Apply(Start("late").At(1s));
  Apply(End("late").At(11min));
  Apply(End("early").At(2s));
  Apply(End("early").At(1s));
  Transcript();
  const uint64_t bytes = engine_->memory_bytes();
  Restart();
  EXPECT_EQ(Transcript(), "");
  EXPECT_TRUE(decisions_.rows.empty());
  EXPECT_EQ(engine_->memory_bytes(), bytes);
  EXPECT_EQ(engine_->live_rows(), 5u);
  EXPECT_EQ(engine_->figures().at(0).early_waiting, 2u);
  Apply(End("matched").At(4s));
  Apply(End("late").At(11min));
  Apply(Start("early").At(0s));
  Apply(End("open").At(3s));
  EXPECT_EQ(Transcript(),
            "duplicate(matched) duplicate(late) started(early) matched(early, 1s) early(early) extra_end(early) "
            "matched(open, 2s)");
}

TEST_F(JoinEngineUpkeepTest, ARestartedEngineExpiresWhatFellDueMeanwhile) {
  Apply(Start("push-7").At(0s));
  Restart();
  ClockIs(11min);
  EXPECT_EQ(Transcript(), "started(push-7) expired(push-7)");
}

// A forgotten life leaves its DONE row until a compaction; the next life of the key stands beside it.
TEST_F(JoinEngineUpkeepTest, TheYoungestLifeWinsInWhateverOrderRowsComeBack) {
  using journal::RowKind;
  using journal::Sequence;
  const hash::Fingerprint key = FingerprintOf("push-7");
  const std::vector<std::pair<Sequence, journal::Row>> rows = {
      {Sequence{1}, RowOf(RowKind::kMatched, key, 1s)},
      {Sequence{5}, RowOf(RowKind::kExpired, key, 2s)},
      {Sequence{9}, RowOf(RowKind::kStart, key, 3s)},
  };
  std::vector<size_t> order = {0, 1, 2};
  do {
    Use(AllSlots());
    engine_ = std::make_unique<JoinEngine>(AllSlots(), flows_, *sequences_);
    for (const size_t i : order) ASSERT_TRUE(engine_->Restore(rows[i].first, rows[i].second).ok());
    EXPECT_EQ(StoryOf("push-7"), "open start=3s deadline=603s");
    EXPECT_EQ(engine_->closed_keys(), 0u);
    EXPECT_EQ(engine_->live_rows(), 1u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(JoinEngineUpkeepTest, RowsThatContradictEachOtherAreAnError) {
  using journal::RowKind;
  using journal::Sequence;
  const hash::Fingerprint key = FingerprintOf("push-7");
  const auto restore = [&](RowKind first, RowKind second) {
    engine_ = std::make_unique<JoinEngine>(AllSlots(), flows_, *sequences_);
    EXPECT_TRUE(engine_->Restore(Sequence{1}, RowOf(first, key, 0s)).ok());
    return engine_->Restore(Sequence{2}, RowOf(second, key, 0s));
  };
  EXPECT_EQ(restore(RowKind::kStart, RowKind::kStart).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(restore(RowKind::kStart, RowKind::kEnd).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(restore(RowKind::kEnd, RowKind::kStart).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(restore(RowKind::kEnd, RowKind::kEnd).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(restore(RowKind::kStart, RowKind::kMatched).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(restore(RowKind::kMatched, RowKind::kStart).ok());
}

TEST_F(JoinEngineUpkeepTest, AtTheBoundOnlyEventsThatWouldCreateAKeyAreSentAway) {
  JoinEngine::Options options = AllSlots();
  options.memory_bytes_max = 3 * TableSizes::kOpenKeyBytes;
  Use(options);
  for (const char* key : {"a", "b", "c", "d"}) Apply(Start(key).At(0s));
  Apply(End("e").At(0s));
  EXPECT_EQ(Transcript(), "started(a) started(b) started(c) retry_after(d, 1000ms) retry_after(e, 1000ms)");
  EXPECT_EQ(engine_->live_rows(), 3u);
  Apply(Start("b").At(1s));
  Apply(End("a").At(2s));
  EXPECT_EQ(Transcript(), "repeated_start(b) matched(a, 2s)");
}

TEST_F(JoinEngineUpkeepTest, MemoryOfForgottenKeysIsThereForNewOnes) {
  JoinEngine::Options options = AllSlots();
  options.memory_bytes_max = TableSizes::kClosedKeyBytes;
  Use(options);
  Apply(Start("a").At(0s));
  Apply(End("a").At(1s));
  Apply(Start("b").At(2s));
  EXPECT_EQ(Transcript(), "started(a) matched(a, 1s) retry_after(b, 1000ms)");
  ClockIs(5min + 2s);
  Apply(Start("b").At(2s));
  EXPECT_EQ(Transcript(), "started(b)");
}

TEST_F(JoinEngineUpkeepTest, LongKeysCostTheirBytes) {
  Apply(Start(std::string(200, 'a')));
  EXPECT_GE(engine_->memory_bytes(), TableSizes::kOpenKeyBytes + 200);
  Apply(End(std::string(200, 'a')).At(1s));
  EXPECT_EQ(engine_->memory_bytes(), TableSizes::kClosedKeyBytes);
}

TEST_F(JoinEngineUpkeepTest, AKeyOfAnotherShardIsABug) {
  JoinEngine::Options options;
  options.slots = {hash::SlotId{0}};
  Use(options);
  EXPECT_DEATH(engine_->Find({.high = uint64_t{1} << 52, .low = 1}, flow::FlowId{0}), "another shard");
}

TEST_F(JoinEngineUpkeepTest, HashedKeysLeaveNoKeyInTheJournalAndAreFoundAllTheSame) {
  flow::Rules rules = rules_;
  rules.keys = flow::Keys::kHashed;
  Reload(rules);
  ClockIs(0s);
  Apply(Start("a secret"));
  Apply(End("another secret").At(1s));
  Commit();
  for (const auto& [sequence, stored] : journal_.rows()) EXPECT_EQ(stored.key, "");
  Restart();
  Apply(End("a secret").At(2s));
  Apply(Start("another secret"));
  EXPECT_EQ(Transcript(),
            "started(a secret) matched(a secret, 2s) started(another secret) "
            "matched(another secret, 1s) early(another secret)");
}

}  // namespace
}  // namespace oneway::join
