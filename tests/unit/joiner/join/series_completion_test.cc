// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/series_completion.h"

#include <gtest/gtest.h>

namespace oneway::join {
namespace {

// Answers a hundred times the start plus the end, and counts how often it was asked.
class SeriesCompletionTest : public ::testing::Test {
 protected:
  flow::SeriesId Of(uint32_t start, uint32_t carried) {
    return completion_.Of(flow::SeriesId(start), flow::SeriesId(carried));
  }

  uint64_t asked_ = 0;
  SeriesCompletion completion_{[this](flow::SeriesId start, flow::SeriesId carried) {
    ++asked_;
    return flow::SeriesId(static_cast<uint32_t>(start) * 100 + static_cast<uint32_t>(carried));
  }};
};

TEST_F(SeriesCompletionTest, AStartAndAnEndOfTheSameLabelsNeedNoAnswer) {
  EXPECT_EQ(Of(7, 7), flow::SeriesId(7));
  EXPECT_EQ(asked_, 0u);
}

TEST_F(SeriesCompletionTest, AsksOnceForManyAlike) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Of(1, 2), flow::SeriesId(102));
    EXPECT_EQ(Of(2, 1), flow::SeriesId(201));
    EXPECT_EQ(completion_.OfItself(flow::SeriesId(3)), flow::SeriesId(303));
  }
  EXPECT_EQ(asked_, 3u);
}

TEST_F(SeriesCompletionTest, AsksAgainAfterAReload) {
  Of(1, 2);
  completion_.Forget();
  EXPECT_EQ(Of(1, 2), flow::SeriesId(102));
  EXPECT_EQ(asked_, 2u);
}

TEST_F(SeriesCompletionTest, RemembersNoMoreThanItsBound) {
  for (uint32_t end = 1; end <= SeriesCompletion::kAnswersMax + 1; ++end) Of(0, end);
  EXPECT_EQ(asked_, SeriesCompletion::kAnswersMax + 1);
  EXPECT_EQ(Of(0, SeriesCompletion::kAnswersMax + 1), flow::SeriesId(SeriesCompletion::kAnswersMax + 1));
  EXPECT_EQ(asked_, SeriesCompletion::kAnswersMax + 1) << "the youngest is remembered";
  Of(0, 1);
  EXPECT_EQ(asked_, SeriesCompletion::kAnswersMax + 2) << "the others are not";
}

}  // namespace
}  // namespace oneway::join
