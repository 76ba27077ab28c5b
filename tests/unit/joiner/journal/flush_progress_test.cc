// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/flush_progress.h"

#include <gtest/gtest.h>

namespace oneway::journal {
namespace {

constexpr uint64_t kMemtable = 1000;  // bytes of commits that fill one
constexpr uint64_t kFlush = 600;      // that a flush writes

// After a first flush, so that it is known how much a memtable holds and a flush writes. One is under way.
class FlushProgressTest : public ::testing::Test {
 protected:
  FlushProgressTest() {
    for (int filled = 0; filled < 3; ++filled) Fill();
    progress_.Begin();
    progress_.Wrote(kFlush);
    progress_.End();
    for (int filled = 0; filled < 3; ++filled) Fill();
    progress_.Begin();
  }

  void Fill() {
    progress_.Committed(kMemtable);
    progress_.MemtableFilled();
  }

  FlushProgress progress_;
};

TEST_F(FlushProgressTest, TheFirstIsTakenToWriteHalf) {
  FlushProgress first;
  EXPECT_FALSE(first.IsAhead());
  for (int filled = 0; filled < 3; ++filled) {
    first.Committed(kMemtable);
    first.MemtableFilled();
  }
  first.Begin();
  first.Wrote(3 * kMemtable / 2 / 2);
  first.Committed(kMemtable - 1);
  EXPECT_TRUE(first.IsAhead());
  first.Committed(1);  // half of two
  EXPECT_FALSE(first.IsAhead());
}

TEST_F(FlushProgressTest, GoesAsCommitsDo) {
  EXPECT_FALSE(progress_.IsAhead());  // nothing is written yet
  progress_.Wrote(kFlush / 4);
  EXPECT_TRUE(progress_.IsAhead());
  progress_.Committed(kMemtable / 2 - 1);
  EXPECT_TRUE(progress_.IsAhead());
  progress_.Committed(1);  // half a memtable of two
  EXPECT_FALSE(progress_.IsAhead());
  progress_.Wrote(1);
  EXPECT_TRUE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, DoesNotWaitOnceTheNextOneIsNear) {
  progress_.Wrote(10 * kFlush);
  Fill();
  EXPECT_TRUE(progress_.IsAhead());
  Fill();
  EXPECT_FALSE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, WhatIsWrittenBetweenFlushesIsNotOfThem) {
  progress_.Wrote(kFlush);
  progress_.End();
  EXPECT_FALSE(progress_.IsAhead());
  progress_.Wrote(100 * kFlush);  // by the flush of another family
  EXPECT_FALSE(progress_.IsAhead());
  for (int filled = 0; filled < 3; ++filled) Fill();
  progress_.Begin();
  EXPECT_FALSE(progress_.IsAhead());
  progress_.Wrote(kFlush / 4);
  progress_.Committed(kMemtable / 2);
  EXPECT_FALSE(progress_.IsAhead());
  progress_.Wrote(1);
  EXPECT_TRUE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, TakesTheShareOfTheLastFlushForTheMeasure) {
  progress_.Wrote(4 * kFlush);
  progress_.End();
  for (int filled = 0; filled < 3; ++filled) Fill();
  progress_.Begin();
  progress_.Wrote(kFlush);
  progress_.Committed(kMemtable / 2);
  EXPECT_FALSE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, OfMoreItWritesMore) {
  for (int filled = 0; filled < 6; ++filled) Fill();
  progress_.Begin();
  progress_.Wrote(kFlush / 2);
  progress_.Committed(kMemtable / 2);
  EXPECT_FALSE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, AMemtableClosedHalfFullIsNotTheMeasure) {
  progress_.MemtableFilled();
  progress_.Wrote(kFlush / 4);
  progress_.Committed(kMemtable / 4);
  EXPECT_TRUE(progress_.IsAhead());
}

TEST_F(FlushProgressTest, DoesNotWaitWhereOthersDo) {
  progress_.Wrote(kFlush);
  EXPECT_TRUE(progress_.IsAhead());
  progress_.Hurry();
  EXPECT_FALSE(progress_.IsAhead());
  progress_.End();
  for (int filled = 0; filled < 3; ++filled) Fill();
  progress_.Begin();
  progress_.Wrote(kFlush);
  EXPECT_TRUE(progress_.IsAhead());
}

}  // namespace
}  // namespace oneway::journal
