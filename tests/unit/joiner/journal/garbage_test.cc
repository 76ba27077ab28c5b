// SPDX-License-Identifier: Apache-2.0
// The journal over many flushes and compactions: nothing live is lost, nothing dead comes back, garbage stays bounded.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/joiner/journal/small_joiner.h"

namespace oneway::journal {
namespace {

using std::chrono::seconds;

// Every row that must be there is, and every other one is a forgotten DONE row as it was last written.
void ExpectRestoredWhatWasWritten(const SmallJoiner& joiner) {
  for (const auto& [sequence, row] : joiner.live()) {
    const auto found = joiner.restored().find(sequence);
    ASSERT_NE(found, joiner.restored().end()) << "lost: " << row;
    ASSERT_EQ(found->second, row);
  }
  for (const auto& [sequence, row] : joiner.restored()) {
    if (joiner.live().contains(sequence)) continue;
    const auto forgotten = joiner.forgotten().find(sequence);
    ASSERT_NE(forgotten, joiner.forgotten().end()) << "came back: " << row;
    ASSERT_EQ(forgotten->second, row) << "an older version came back";
  }
}

void RunRandomHistory(RocksDbStore::Options (*options_in)(const std::string& folder)) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const test::TemporaryFolder folder;
  SmallJoiner joiner(options_in(folder.path()), seconds(4));
  for (int crash = 0; crash < 8; ++crash) {
    const size_t commits = 1 + random() % 40;
    for (size_t commit = 0; commit < commits; ++commit) {
      joiner.StartKeys(static_cast<int>(random() % 700));
      joiner.MatchDownTo(random() % 1500, /*pinned=*/random() % 2 == 0 ? 1 : 0);
      joiner.Commit();
    }
    joiner.Crash();
    ASSERT_NO_FATAL_FAILURE(ExpectRestoredWhatWasWritten(joiner));
  }
}

TEST(GarbageTest, RandomHistoriesSurviveFlushesCompactionsFloorsAndCrashes) {
  RunRandomHistory(SmallLevelOptions);
}

TEST(GarbageTest, RandomHistoriesSurviveWithoutCompactions) {
  RunRandomHistory(NeverCompactedOptions);
}

// Leaves the joiner as it is before a crash.
void RunWithOneOldOpenKey(SmallJoiner& joiner) {
  for (int started = 0; started < 300'000; started += 2000) {
    joiner.StartKeys(2000);
    joiner.MatchDownTo(/*open_max=*/500, /*pinned=*/1);
    joiner.Commit();
  }
  EXPECT_LT(joiner.figures().sst_bytes, joiner.figures().flush_bytes_written / 4);
  EXPECT_GT(joiner.floor(), Sequence(250'000));
}

void ExpectRestoresLittleAfterACrash(SmallJoiner& joiner) {
  joiner.Crash();
  ASSERT_NO_FATAL_FAILURE(ExpectRestoredWhatWasWritten(joiner));
  EXPECT_LT(joiner.restored().size(), 40'000u) << joiner.live().size() << " are live";
  testing::Test::RecordProperty("restored_rows", std::to_string(joiner.restored().size()));
  testing::Test::RecordProperty("live_rows", std::to_string(joiner.live().size()));
  testing::Test::RecordProperty("sst_bytes", std::to_string(joiner.figures().sst_bytes));
}

// With the compaction filter alone, one old open row kept 71-79 % of all rows dead and growing.
TEST(GarbageTest, OneOldOpenKeyDoesNotKeepTheDeadOnes) {
  const test::TemporaryFolder folder;
  SmallJoiner joiner(SmallLevelOptions(folder.path()), seconds(8));
  RunWithOneOldOpenKey(joiner);
  EXPECT_GT(joiner.figures().filtered_rows, 0u);
  ExpectRestoresLittleAfterACrash(joiner);
}

TEST(GarbageTest, OneOldOpenKeyDoesNotKeepTheDeadOnesWithoutCompactions) {
  const test::TemporaryFolder folder;
  SmallJoiner joiner(NeverCompactedOptions(folder.path()), seconds(8));
  RunWithOneOldOpenKey(joiner);
  EXPECT_EQ(joiner.figures().filtered_rows, 0u);
  ExpectRestoresLittleAfterACrash(joiner);
}

}  // namespace
}  // namespace oneway::journal
