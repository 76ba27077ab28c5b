// SPDX-License-Identifier: Apache-2.0
// The state row, the rows of the runs, and what they say about marks.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "joiner/journal/run_history.h"
#include "joiner/journal/state_codec.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {
namespace {

constexpr JournalState kState{CommitNumber(258), kTestEpoch, Sequence(8192), Sequence(4096)};

TEST(StateCodecTest, GoldenBytes) {
  EXPECT_EQ(absl::BytesToHexString(SequenceKey(Sequence(0x0102030405060708))), "0102030405060708");
  EXPECT_EQ(absl::BytesToHexString(StateKey()), "0073");
  EXPECT_EQ(absl::BytesToHexString(RunKey(CommitNumber(258))), "00720000000000000102");
  EXPECT_EQ(absl::BytesToHexString(EncodeState(kState)),
            "01020100000000000000002a36fe9c971700200000000000000010000000000000a73955d4");
  EXPECT_EQ(absl::BytesToHexString(EncodeRun(CommitNumber(258), RunId(7))), "010700000000000000fcc52d8b");
}

TEST(StateCodecTest, StateSurvives) {
  const absl::StatusOr<JournalState> state = DecodeState(EncodeState(kState));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->commit, kState.commit);
  EXPECT_EQ(state->joiner_clock, kState.joiner_clock);
  EXPECT_EQ(state->next_sequence, kState.next_sequence);
  EXPECT_EQ(state->floor, kState.floor);
}

TEST(StateCodecTest, DamageIsRefused) {
  const std::string state = EncodeState(kState);
  for (size_t i = 0; i < state.size(); ++i) {
    std::string damaged = state;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(DecodeState(damaged).ok()) << "byte " << i;
    EXPECT_FALSE(DecodeState(state.substr(0, i)).ok()) << i << " bytes";
  }
}

TEST(StateCodecTest, ARunRowMovedToAnotherCommitIsRefused) {
  const std::string run = EncodeRun(CommitNumber(258), RunId(7));
  EXPECT_EQ(*DecodeRun(CommitNumber(258), run), RunId(7));
  EXPECT_FALSE(DecodeRun(CommitNumber(259), run).ok());
}

TEST(StateCodecTest, KeysAreToldApart) {
  EXPECT_EQ(ParseRunKey(RunKey(CommitNumber(258))), CommitNumber(258));
  EXPECT_EQ(ParseRunKey(StateKey()), std::nullopt);
  EXPECT_EQ(ParseSequenceKey(SequenceKey(Sequence(258))), Sequence(258));
  EXPECT_EQ(ParseSequenceKey("short"), std::nullopt);
}

TEST(RunHistoryTest, NothingAckedIsContainedEvenInAnEmptyFolder) {
  EXPECT_TRUE(RunHistory().Contains(Mark{}, CommitNumber(0)));
  EXPECT_FALSE(RunHistory().Contains({RunId(1), CommitNumber(0)}, CommitNumber(0)));
}

TEST(RunHistoryTest, ARunReachesToTheNextOnesFirstCommit) {
  RunHistory history;
  history.Add(CommitNumber(57), RunId(2));
  history.Add(CommitNumber(1), RunId(1));
  EXPECT_TRUE(history.Contains({RunId(1), CommitNumber(56)}, CommitNumber(60)));
  EXPECT_FALSE(history.Contains({RunId(1), CommitNumber(57)}, CommitNumber(60)));
  EXPECT_TRUE(history.Contains({RunId(2), CommitNumber(60)}, CommitNumber(60)));
  EXPECT_FALSE(history.Contains({RunId(2), CommitNumber(61)}, CommitNumber(60)));
  EXPECT_EQ(history.Last(CommitNumber(60)), (Mark{RunId(2), CommitNumber(60)}));
}

}  // namespace
}  // namespace oneway::journal
