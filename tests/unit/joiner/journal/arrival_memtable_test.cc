// SPDX-License-Identifier: Apache-2.0
//
// Concern: a journal whose memtables are sorted by the bits of their sequences holds what any other would: against a
// map, through RocksDB, by iterators before, during and after a flush.
#include "joiner/journal/arrival_memtable.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "joiner/journal/sequence_sort.h"
#include "joiner/journal/state_codec.h"
#include "rocksdb/db.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

using Model = std::map<std::string, std::string>;

class ArrivalMemtableTest : public testing::Test {
 protected:
  ArrivalMemtableTest() {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.memtable_factory = std::make_shared<ArrivalMemtableFactory>();
    options.allow_concurrent_memtable_write = false;
    options.min_write_buffer_number_to_merge = 2;
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, folder_.path() + "/db", &db).ok());
    db_.reset(db);
  }

  void Put(const std::string& key, const std::string& value) {
    ASSERT_TRUE(db_->Put({}, key, value).ok());
    model_[key] = value;
  }
  void Delete(const std::string& key) {
    ASSERT_TRUE(db_->Delete({}, key).ok());
    model_.erase(key);
  }
  void Flush() { ASSERT_TRUE(db_->Flush({}).ok()); }

  void ExpectModel() {
    Model forward;
    const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator({}));
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
      EXPECT_TRUE(forward.emplace(iterator->key().ToString(), iterator->value().ToString()).second);
    }
    EXPECT_EQ(forward, model_);
    auto expected = model_.rbegin();
    for (iterator->SeekToLast(); iterator->Valid(); iterator->Prev(), ++expected) {
      ASSERT_NE(expected, model_.rend());
      EXPECT_EQ(iterator->key().ToString(), expected->first);
    }
    EXPECT_EQ(expected, model_.rend());
    EXPECT_TRUE(iterator->status().ok());
  }

  void ExpectFrom(const std::string& key) {
    const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator({}));
    iterator->Seek(key);
    const auto expected = model_.lower_bound(key);
    ASSERT_EQ(iterator->Valid(), expected != model_.end());
    if (iterator->Valid()) {
      EXPECT_EQ(iterator->key().ToString(), expected->first);
    }
    iterator->SeekForPrev(key);
    auto before = model_.upper_bound(key);
    ASSERT_EQ(iterator->Valid(), before != model_.begin());
    if (iterator->Valid()) {
      EXPECT_EQ(iterator->key().ToString(), std::prev(before)->first);
    }
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<rocksdb::DB> db_;
  Model model_;
};

TEST_F(ArrivalMemtableTest, HoldsWhatAMapHolds) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  uint64_t next = uint64_t{1} << 40;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 3000; ++i) {
      // A new row, one that replaces a recent one, or the end of one.
      const uint64_t recent = next - 1 - random() % 5000;
      switch (random() % 4) {
        case 0:
          Delete(SequenceKey(Sequence(recent)));
          break;
        case 1:
          Put(SequenceKey(Sequence(recent)), std::to_string(random()));
          break;
        default:
          Put(SequenceKey(Sequence(next++)), std::to_string(random()));
      }
    }
    ExpectModel();
    for (int i = 0; i < 20; ++i) ExpectFrom(SequenceKey(Sequence(next - random() % 6000)));
    if (round % 3 == 2) Flush();
  }
  Flush();
  ExpectModel();
}

TEST_F(ArrivalMemtableTest, TakesKeysOfAnyLength) {
  for (const char* key : {"b", "a", "longer than eight bytes", "12345678", ""}) Put(key, key);
  Put("a", "again");
  ExpectModel();
  ExpectFrom("aa");
  Flush();
  ExpectModel();
}

TEST_F(ArrivalMemtableTest, AnIteratorShowsWhatWasThereWhenItWasMade) {
  Put(SequenceKey(Sequence{2}), "old");
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator({}));
  ASSERT_TRUE(db_->Put({}, SequenceKey(Sequence{1}), "new").ok());
  Flush();
  iterator->SeekToFirst();
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->value().ToString(), "old");
  iterator->Next();
  EXPECT_FALSE(iterator->Valid());
}

TEST(SortByNumberTest, KeepsTheOrderOfEqualNumbers) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const std::string names(4096, 'x');
  for (const uint64_t span : {uint64_t{1}, uint64_t{7}, uint64_t{1} << 11, uint64_t{1} << 30, UINT64_MAX}) {
    const uint64_t base = span == UINT64_MAX ? 0 : random() % (uint64_t{1} << 60);
    std::vector<NumberedEntry> entries;
    for (const char& name : names) entries.push_back({base + random() % span, &name});
    auto expected = entries;
    std::stable_sort(expected.begin(), expected.end(),
                     [](const NumberedEntry& a, const NumberedEntry& b) { return a.number < b.number; });
    std::vector<NumberedEntry> room;
    SortByNumber(entries, room);
    for (size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].number, expected[i].number);
      ASSERT_EQ(entries[i].entry, expected[i].entry);
    }
  }
}

TEST(SortByNumberTest, SortsNothing) {
  std::vector<NumberedEntry> none;
  std::vector<NumberedEntry> room;
  SortByNumber(none, room);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace oneway::journal
