// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/key_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace oneway::join {
namespace {

constexpr uint64_t kSalt = 0x5a17;

// Owns memory, so that a key that is lost or destroyed twice is found out.
struct TestKey {
  hash::Fingerprint fingerprint;
  std::string value;
};
using Table = KeyTable<TestKey>;
using Model = std::map<hash::Fingerprint, std::string>;

std::string LongValue(uint64_t number) {
  return "a value that does not fit into a string itself " + std::to_string(number);
}

Model ContentOf(Table& table) {
  Model content;
  table.ForEach([&content](const TestKey& key) { EXPECT_TRUE(content.emplace(key.fingerprint, key.value).second); });
  return content;
}

// All have one hash: what meets the salt in FingerprintHash becomes zero, and so does the product.
hash::Fingerprint Colliding(uint64_t number) {
  return {.high = number, .low = kSalt};
}

TEST(ChunkTagsTest, ComparingAtOnceIsComparingEach) {
  std::mt19937_64 random(1);
  ChunkTags tags;
  for (int step = 0; step < 1000; ++step) {
    const auto place = static_cast<uint32_t>(random() % ChunkTags::kPlaces);
    if (random() % 4 == 0) {
      tags.Free(place);
    } else {
      tags.Take(place, ChunkTags::TagOf(random() % 8));
    }
    tags.NotePassed();  // stands behind the tags, and is none
    for (ChunkTags::Tag tag = 0; tag < 8; ++tag) ASSERT_EQ(tags.PlacesWith(tag), tags.PlacesWithByEach(tag));
    ASSERT_EQ(tags.TakenPlaces() | tags.FreePlaces(), (1u << ChunkTags::kPlaces) - 1);
    ASSERT_EQ(tags.TakenPlaces() & tags.FreePlaces(), 0u);
  }
}

TEST(KeyTableTest, AnEmptyOneFindsNothing) {
  Table table(kSalt);
  EXPECT_EQ(table.Find({1, 2}), nullptr);
  EXPECT_EQ(table.size(), 0u);
  table.PrefetchTags({1, 2});
  table.PrefetchKey({1, 2});
  table.ShrinkWhenSparse();
  EXPECT_TRUE(ContentOf(table).empty());
}

TEST(KeyTableTest, AKeyThatIsThereAlreadyIsABug) {
  Table table(kSalt);
  table.Add({{1, 2}, "a"});
  EXPECT_DEATH(table.Add({{1, 2}, "b"}), "");
}

TEST(KeyTableTest, APlaceOutlivesTheRemovalOfOthers) {
  Table table(kSalt);
  for (uint64_t i = 0; i < 100; ++i) table.Add({Colliding(i), LongValue(i)});
  const TestKey* const last = table.Find(Colliding(99));
  for (uint64_t i = 0; i < 99; ++i) table.Remove(*table.Find(Colliding(i)));
  EXPECT_EQ(table.Find(Colliding(99)), last);
  EXPECT_EQ(last->value, LongValue(99));
}

// More keys pass a full chunk than it can count.
TEST(KeyTableTest, KeysOfOneHashAreAllFound) {
  constexpr uint64_t kKeys = 1000;
  Table table(kSalt);
  for (uint64_t i = 0; i < kKeys; ++i) table.Add({Colliding(i), LongValue(i)});
  for (uint64_t i = 0; i < kKeys; i += 2) table.Remove(*table.Find(Colliding(i)));
  for (uint64_t i = 0; i < kKeys; ++i) {
    const TestKey* const found = table.Find(Colliding(i));
    ASSERT_EQ(found != nullptr, i % 2 == 1) << i;
    if (found != nullptr) EXPECT_EQ(found->value, LongValue(i));
  }
  EXPECT_EQ(table.Find(Colliding(kKeys)), nullptr);
}

// From the last chunk they go on in the first.
TEST(KeyTableTest, KeysBehindTheLastChunkAreFound) {
  constexpr uint64_t kKeys = 100;
  // What is 1 beside the salt makes the other half the hash itself.
  const auto with_hash = [](uint64_t hash) {
    return hash::Fingerprint{.high = hash ^ 0x9E3779B97F4A7C15, .low = kSalt ^ 1};
  };
  Table table(kSalt);
  for (uint64_t i = 0; i < kKeys; ++i) table.Add({with_hash(UINT64_MAX - i), LongValue(i)});
  for (uint64_t i = 0; i < kKeys; ++i) {
    const TestKey* const found = table.Find(with_hash(UINT64_MAX - i));
    ASSERT_NE(found, nullptr) << i;
    EXPECT_EQ(found->value, LongValue(i));
  }
  for (uint64_t i = 0; i < kKeys; ++i) table.Remove(*table.Find(with_hash(UINT64_MAX - i)));
  EXPECT_EQ(table.size(), 0u);
}

TEST(KeyTableTest, WhatGrowingLeavesIsNotSparse) {
  Table table(kSalt);
  std::mt19937_64 random(1);
  for (int size = 1; size <= 500; ++size) {
    const hash::Fingerprint added{random(), random()};
    const TestKey* const place = &table.Add({added, LongValue(size)});
    table.ShrinkWhenSparse();
    EXPECT_EQ(table.Find(added), place) << "with " << size << " keys";
  }
}

TEST(KeyTableTest, MovesWithItsKeys) {
  Table from(kSalt);
  from.Add({{1, 2}, LongValue(1)});
  Table to(std::move(from));
  EXPECT_EQ(to.Find({1, 2})->value, LongValue(1));
  from.Add({{3, 4}, LongValue(2)});
  EXPECT_EQ(from.Find({1, 2}), nullptr);
  EXPECT_EQ(from.Find({3, 4})->value, LongValue(2));
}

// Random histories against a map; keys of one hash among them, and sizes that go up and down.
class RandomKeyTableTest : public testing::Test {
 protected:
  RandomKeyTableTest() : seed_(std::random_device()()), random_(seed_) {}

  hash::Fingerprint AnyFingerprint() {
    const uint64_t number = random_() % numbers_;
    if (number % 8 == 0) return Colliding(number);
    return {.high = number * 0x9E3779B97F4A7C15, .low = ~number * 0xBF58476D1CE4E5B9};
  }

  void AddOrRemove() {
    const hash::Fingerprint fingerprint = AnyFingerprint();
    const auto known = model_.find(fingerprint);
    TestKey* const found = table_.Find(fingerprint);
    ASSERT_EQ(found != nullptr, known != model_.end());
    table_.PrefetchTags(fingerprint);
    table_.PrefetchKey(fingerprint);
    if (found == nullptr) {
      if (random_() % 100 >= adds_percent_) return;
      const std::string value = LongValue(random_());
      EXPECT_EQ(table_.Add({fingerprint, value}).value, value);
      model_[fingerprint] = value;
    } else {
      ASSERT_EQ(found->value, known->second);
      if (random_() % 100 < adds_percent_) return;
      table_.Remove(*found);
      model_.erase(known);
    }
  }

  void RemoveSome() {
    const uint64_t bits = random_() % 8;
    const auto goes = [bits](const hash::Fingerprint& fingerprint) { return (fingerprint.high & 7) == bits; };
    table_.RemoveIf([&goes](const TestKey& key) { return goes(key.fingerprint); });
    std::erase_if(model_, [&goes](const auto& known) { return goes(known.first); });
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  uint64_t numbers_ = 0;        // so many different keys there are
  uint64_t adds_percent_ = 50;  // of what is done
  Table table_{kSalt};
  Model model_;
};

TEST_F(RandomKeyTableTest, HoldsWhatWasAddedAndNotRemoved) {
  for (int round = 0; round < 200; ++round) {
    numbers_ = uint64_t{1} << random_() % 13;
    adds_percent_ = 10 + random_() % 80;
    for (int step = 0; step < 1000; ++step) AddOrRemove();
    if (random_() % 2 == 0) RemoveSome();
    if (random_() % 2 == 0) table_.ShrinkWhenSparse();
    ASSERT_EQ(table_.size(), model_.size()) << "seed " << seed_ << ", round " << round;
    ASSERT_EQ(ContentOf(table_), model_) << "seed " << seed_ << ", round " << round;
  }
}

}  // namespace
}  // namespace oneway::join
