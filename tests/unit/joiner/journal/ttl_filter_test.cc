// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/ttl_filter.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "joiner/journal/row_codec.h"
#include "joiner/journal/state_codec.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {
namespace {

using std::chrono::seconds;

class TtlFilterTest : public testing::Test {
 protected:
  // Judges by floor 100, a joiner clock at 50 s and flow 0's horizon at 10 s.
  TtlFilterTest() { factory_.Publish(View(std::make_shared<const Horizons>(Horizons{kTestEpoch + seconds(10)}))); }

  static FilterView View(std::shared_ptr<const Horizons> horizons) {
    return {Sequence(100), kTestEpoch + seconds(50), std::move(horizons)};
  }

  bool Removes(uint64_t sequence, const Row& row) {
    std::string value;
    EncodeRow(Sequence(sequence), row, value);
    return RemovesValue(sequence, value);
  }

  bool RemovesValue(uint64_t sequence, const std::string& value) {
    const auto filter = factory_.CreateCompactionFilter({});
    const auto decision = filter->FilterV2(1, SequenceKey(Sequence(sequence)),
                                           rocksdb::CompactionFilter::ValueType::kValue, value, nullptr, nullptr);
    return decision == rocksdb::CompactionFilter::Decision::kRemove;
  }

  TtlFilterFactory factory_;
};

TEST_F(TtlFilterTest, RemovesNothingBeforeTheRestoreIsOver) {
  TtlFilterFactory fresh;
  EXPECT_EQ(fresh.CreateCompactionFilter({}), nullptr);
}

TEST_F(TtlFilterTest, RemovesEveryRowBelowTheFloor) {
  EXPECT_TRUE(Removes(99, StartRow("a", seconds(40))));
  EXPECT_FALSE(Removes(100, StartRow("a", seconds(40))));
  EXPECT_TRUE(RemovesValue(99, "garbage"));
}

TEST_F(TtlFilterTest, KeepsOpenRowsHoweverOld) {
  EXPECT_FALSE(Removes(100, StartRow("a", seconds(-4000))));
  EXPECT_FALSE(Removes(100, EndRow("a", seconds(-4000))));
}

TEST_F(TtlFilterTest, RemovesMatchedRowsOnceTheHorizonHasPassedTheirLatestEvent) {
  EXPECT_TRUE(Removes(100, MatchedRow("a", seconds(5), seconds(4))));
  EXPECT_FALSE(Removes(100, MatchedRow("a", seconds(5), seconds(5))));
  Row extra = MatchedRow("a", seconds(5), seconds(4));
  extra.latest = kTestEpoch + seconds(20);
  EXPECT_FALSE(Removes(100, extra));
}

TEST_F(TtlFilterTest, RemovesExpiredRowsOnlyWhenTheClockHasPassedTooHowLongTheyAreRemembered) {
  EXPECT_TRUE(Removes(100, ExpiredRow("a", seconds(5), seconds(49))));
  EXPECT_FALSE(Removes(100, ExpiredRow("a", seconds(5), seconds(50))));
  EXPECT_FALSE(Removes(100, ExpiredRow("a", seconds(15), seconds(49))));
  EXPECT_TRUE(Removes(100, LateRow("a", seconds(1), seconds(2), seconds(49))));
  EXPECT_FALSE(Removes(100, LateRow("a", seconds(1), seconds(2), seconds(50))));
}

TEST_F(TtlFilterTest, KeepsDoneRowsOfFlowsWhoseHorizonIsUnknown) {
  Row row = MatchedRow("a", seconds(5), seconds(4));
  row.flow = flow::FlowId(1);
  EXPECT_FALSE(Removes(100, row));
  factory_.Publish(View(nullptr));
  EXPECT_FALSE(Removes(100, MatchedRow("a", seconds(5), seconds(4))));
}

TEST_F(TtlFilterTest, KeepsAndCountsWhatItCannotDecode) {
  std::string value;
  EncodeRow(Sequence(100), MatchedRow("a", seconds(5), seconds(4)), value);
  value.back() = static_cast<char>(value.back() ^ 1);
  EXPECT_FALSE(RemovesValue(100, value));
  EXPECT_EQ(factory_.undecodable_rows(), 1u);
}

TEST_F(TtlFilterTest, CountsWhatItRemoves) {
  Removes(98, StartRow("a"));
  Removes(99, StartRow("a"));
  Removes(100, StartRow("a"));
  EXPECT_EQ(factory_.filtered_rows(), 2u);
}

TEST_F(TtlFilterTest, ACompactionKeepsTheViewItBeganWith) {
  const auto filter = factory_.CreateCompactionFilter({});
  factory_.Publish({Sequence(200), kTestEpoch, nullptr});
  std::string value;
  EncodeRow(Sequence(150), StartRow("a"), value);
  EXPECT_EQ(filter->FilterV2(1, SequenceKey(Sequence(150)), rocksdb::CompactionFilter::ValueType::kValue, value,
                             nullptr, nullptr),
            rocksdb::CompactionFilter::Decision::kKeep);
}

}  // namespace
}  // namespace oneway::journal
