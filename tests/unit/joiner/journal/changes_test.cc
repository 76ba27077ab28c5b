// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/changes.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/journal/encoded_changes.h"
#include "joiner/journal/row_codec.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {
namespace {

// Calls put(sequence, row) and del(sequence) for what is handed over.
template <typename Put, typename Delete>
void HandOver(Changes& changes, Put put, Delete del) {
  EncodedChanges encoded;
  changes.MoveTo(encoded);
  for (const Sequence sequence : encoded.deletes) del(sequence);
  for (const auto& [sequence, offset, size] : encoded.puts) {
    const auto row = DecodeRow(sequence, std::string_view(encoded.bytes).substr(offset, size));
    ASSERT_TRUE(row.ok()) << row.status();
    put(sequence, *row);
  }
}

std::string Transcript(Changes& changes) {
  std::string transcript;
  HandOver(
      changes,
      [&](Sequence sequence, const Row& row) { absl::StrAppend(&transcript, "put(", Render(sequence, row), ") "); },
      [&](Sequence sequence) { absl::StrAppend(&transcript, "delete(", static_cast<uint64_t>(sequence), ") "); });
  return transcript;
}

TEST(ChangesTest, NewRowsComeOutInOrder) {
  Changes changes;
  changes.PutNew(Sequence(8192), StartRow("a"));
  changes.PutNew(Sequence(8193), EndRow("b"));
  changes.PutNew(Sequence(20480), StartRow("c"));
  EXPECT_EQ(Transcript(changes), "put(8192 start a) put(8193 end b) put(20480 start c) ");
}

TEST(ChangesTest, AKeyThatStartsAndEndsInOneCommitWritesOneRow) {
  Changes changes;
  changes.PutNew(Sequence(10), StartRow("a"));
  changes.Put(Sequence(10), MatchedRow("a"));
  EXPECT_EQ(Transcript(changes), "put(10 matched 2s) ");
}

TEST(ChangesTest, ANewRowThatIsDeletedLeavesNothing) {
  Changes changes;
  changes.PutNew(Sequence(10), StartRow("a"));
  changes.Delete(Sequence(10));
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(Transcript(changes), "");
}

TEST(ChangesTest, AnOlderRowThatWasOverwrittenAndThenDeletedIsDeleted) {
  Changes changes;
  changes.Put(Sequence(10), MatchedRow("a"));
  changes.Delete(Sequence(10));
  EXPECT_FALSE(changes.empty());
  EXPECT_EQ(Transcript(changes), "delete(10) ");
}

TEST(ChangesTest, OfSeveralPutsOfAnOlderRowTheLastOneCounts) {
  Changes changes;
  changes.Put(Sequence(10), ExpiredRow("a", {}, {}));
  changes.Put(Sequence(10), MatchedRow("a"));
  EXPECT_EQ(Transcript(changes), "put(10 matched 2s) ");
}

TEST(ChangesTest, APutAfterADeleteCounts) {
  Changes changes;
  changes.Delete(Sequence(10));
  changes.Put(Sequence(10), StartRow("a"));
  changes.PutNew(Sequence(20), StartRow("b"));
  changes.Delete(Sequence(20));
  changes.Put(Sequence(20), StartRow("c"));
  EXPECT_EQ(Transcript(changes), "put(10 start a) put(20 start c) ");
}

TEST(ChangesTest, ASequenceAmongTheNewOnesThatWasNotPutNewCountsAsOlder) {
  Changes changes;
  changes.PutNew(Sequence(10), StartRow("a"));
  changes.PutNew(Sequence(20), StartRow("b"));
  changes.Put(Sequence(15), StartRow("c"));
  changes.Delete(Sequence(15));
  changes.Delete(Sequence(25));
  EXPECT_EQ(Transcript(changes), "delete(15) delete(25) put(10 start a) put(20 start b) ");
}

TEST(ChangesTest, ClearForgetsEverything) {
  Changes changes;
  changes.PutNew(Sequence(10), StartRow("a"));
  changes.Put(Sequence(3), MatchedRow("b"));
  changes.Clear();
  EXPECT_TRUE(changes.empty());
  changes.Delete(Sequence(10));
  EXPECT_EQ(Transcript(changes), "delete(10) ");
}

TEST(ChangesTest, WhatWasHandedOverIsGone) {
  Changes changes;
  changes.PutNew(Sequence(10), StartRow("a"));
  changes.Put(Sequence(3), MatchedRow("b"));
  EXPECT_EQ(Transcript(changes), "put(3 matched 2s) put(10 start a) ");
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(Transcript(changes), "");
}

// The model: rows on disk as if every change were written at once.
class RandomChangesTest : public testing::Test {
 protected:
  RandomChangesTest() : seed_(std::random_device()()), random_(seed_) {}

  void ChangeSomething() {
    switch (random_() % 4) {
      case 0: {
        next_ += random_() % 50 == 0 ? 4096 : 1;
        const std::string key = absl::StrCat("key-", next_);
        changes_.PutNew(Sequence(next_), StartRow(key));
        wanted_[Sequence(next_)] = Render(Sequence(next_), StartRow(key));
        break;
      }
      case 1:
      case 2: {
        const Sequence sequence = AnySequence();
        const Row row = MatchedRow("x", {}, Duration(random_() % 1000));
        changes_.Put(sequence, row);
        wanted_[sequence] = Render(sequence, row);
        break;
      }
      case 3: {
        const Sequence sequence = AnySequence();
        changes_.Delete(sequence);
        wanted_.erase(sequence);
        break;
      }
    }
  }

  void Write() {
    HandOver(
        changes_, [this](Sequence sequence, const Row& row) { stored_[sequence] = Render(sequence, row); },
        [this](Sequence sequence) { stored_.erase(sequence); });
  }

  Sequence AnySequence() { return Sequence(next_ - random_() % (next_ + 1)); }

  const uint64_t seed_;
  std::mt19937_64 random_;
  uint64_t next_ = 0;
  Changes changes_;
  std::map<Sequence, std::string> wanted_;
  std::map<Sequence, std::string> stored_;
};

TEST_F(RandomChangesTest, WhatIsWrittenIsWhatWasChanged) {
  for (int commit = 0; commit < 200; ++commit) {
    const size_t changes = random_() % 400;
    for (size_t i = 0; i < changes; ++i) ChangeSomething();
    Write();
    ASSERT_EQ(stored_, wanted_) << "seed " << seed_ << ", commit " << commit;
  }
}

}  // namespace
}  // namespace oneway::journal
