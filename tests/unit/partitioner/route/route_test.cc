// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "partitioner/route/batch_stager.h"
#include "partitioner/route/batch_ticket.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::route {
namespace {

using ::testing::ElementsAre;

constexpr hash::HashSeed kSeed{7};

// Refers to `key`.
EventView EventOf(std::string_view key, uint64_t time) {
  return {.kind = event::Kind::kStart, .time_unix_nanos = time, .key = key};
}

// "key@time" of every event, and "/id" where it has one.
std::string Show(const Columns& columns) {
  std::string shown;
  Position position;
  while (position.event < columns.count()) {
    const Position at = position;
    columns.Advance(position, 1);
    shown += shown.empty() ? "" : " ";
    shown += columns.keys.substr(at.key_byte, position.key_byte - at.key_byte) + "@" +
             std::to_string(columns.times_unix_nanos[at.event]);
    if (position.extras > at.extras) shown += "/" + columns.ids.substr(at.id_byte, position.id_byte - at.id_byte);
  }
  return shown;
}

TEST(BatchStagerTest, SendsEachEventToTheShardOfTheJoinerThatOwnsItsSlot) {
  const auto slots = hash::SlotMap::EqualRanges(3);
  BatchStager stager(slots, kSeed);
  stager.Open(std::vector<uint32_t>{2, 1, 5});
  for (uint16_t i = 0; i < 500; ++i) stager.Stage(EventOf("key" + std::to_string(i), i), "push", SeriesNumber{0}, i);

  size_t events = 0;
  for (const StagedLane* lane : stager.staged()) {
    uint16_t previous = 0;
    for (size_t i = 0; i < lane->columns.count(); ++i) {
      const hash::SlotId slot = hash::SlotOf(lane->columns.fingerprints[i]);
      EXPECT_EQ(slots.OwnerOf(slot), lane->joiner);
      EXPECT_EQ(static_cast<uint32_t>(slot) % lane->shards, lane->shard);
      EXPECT_GE(lane->columns.batch_indices[i], previous);
      previous = lane->columns.batch_indices[i];
    }
    events += lane->columns.count();
  }
  EXPECT_EQ(events, 500u);
  EXPECT_EQ(stager.staged().size(), 8u);
}

TEST(BatchStagerTest, FingerprintsAreThoseOfFlowAndKey) {
  const auto slots = hash::SlotMap::EqualRanges(1);
  BatchStager stager(slots, kSeed);
  stager.Open(std::vector<uint32_t>{1});
  stager.Stage(EventOf("push-7", 1), "push", SeriesNumber{0}, 0);
  EXPECT_THAT(stager.staged()[0]->columns.fingerprints, ElementsAre(hash::FingerprintOf(kSeed, "push", "push-7")));
}

TEST(BatchStagerTest, EachOpenBeginsAnewAlsoWithAnotherNumberOfShards) {
  const auto slots = hash::SlotMap::EqualRanges(1);
  BatchStager stager(slots, kSeed);
  stager.Open(std::vector<uint32_t>{1});
  stager.Stage(EventOf("a", 1), "push", SeriesNumber{0}, 0);
  stager.Open(std::vector<uint32_t>{1});
  EXPECT_TRUE(stager.staged().empty());
  stager.Stage(EventOf("b", 2), "push", SeriesNumber{0}, 0);
  EXPECT_EQ(Show(stager.staged()[0]->columns), "b@2");
  stager.Open(std::vector<uint32_t>{4});
  stager.Stage(EventOf("c", 3), "push", SeriesNumber{0}, 0);
  EXPECT_EQ(stager.staged()[0]->shards, 4u);
  EXPECT_EQ(Show(stager.staged()[0]->columns), "c@3");
}

TEST(ColumnsTest, AppendingKeepsWhatBelongsToEachEvent) {
  Columns first;
  first.Add(EventOf("a", 1), {}, SeriesNumber{0}, 0);
  Columns second;
  EventView stage = EventOf("bb", 2);
  stage.id = "sent";
  second.Add(EventOf("c", 3), {}, SeriesNumber{1}, 5);
  second.Add(stage, {}, SeriesNumber{1}, 6);
  first.Append(second);
  first.Append(second);
  EXPECT_EQ(Show(first), "a@1 c@3 bb@2/sent c@3 bb@2/sent");
  EXPECT_THAT(first.batch_indices, ElementsAre(0, 5, 6, 5, 6));
  first.Clear();
  EXPECT_EQ(Show(first), "");
  EXPECT_EQ(first.bytes(), 0u);
}

TEST(ColumnsTest, SplittingKeepsTheOrderWithinAShardAndAllThatAnEventCarries) {
  Columns all;
  std::vector<std::string> expected(3);
  for (uint16_t i = 0; i < 60; ++i) {
    const std::string key = "key" + std::to_string(i);
    EventView event = EventOf(key, i);
    const std::string id = "part" + std::to_string(i);
    if (i % 4 == 0) event.id = id;
    const auto fingerprint = hash::FingerprintOf(kSeed, "push", key);
    all.Add(event, fingerprint, SeriesNumber{i}, i);
    if (i < 10) continue;  // the split begins behind these
    std::string& shown = expected[static_cast<uint32_t>(hash::SlotOf(fingerprint)) % 3];
    shown += (shown.empty() ? "" : " ") + key + "@" + std::to_string(i) + (i % 4 == 0 ? "/" + id : "");
  }
  Position begin;
  all.Advance(begin, 10);
  std::vector<Columns> parts(3);
  SplitByShard(all, begin, 50, parts);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(Show(parts[i]), expected[i]);
}

void Release(SeriesTable& table, SeriesNumber number) {
  table.Release(std::span(&number, 1));
}

TEST(SeriesTableTest, GivesEqualNamesEqualNumbersWhateverTheOrderOfTheirLabels) {
  SeriesTable table({});
  const auto number = table.Take({"push", {{"region", "eu"}, {"app", "x"}}});
  EXPECT_EQ(table.Take({"push", {{"app", "x"}, {"region", "eu"}}}), number);
  EXPECT_NE(table.Take({"push", {{"app", "x"}}}), number);
  EXPECT_NE(table.Take({"push", {{"app", "xregion"}, {"", "eu"}}}), number);
  EXPECT_EQ(table.Of(*number), (SeriesName{"push", {{"app", "x"}, {"region", "eu"}}}));
  EXPECT_EQ(table.size(), 3u);
}

TEST(SeriesTableTest, WhatIsNotHeldMakesRoomForNewSeriesAndGetsANumberOfItsOwnAgain) {
  SeriesTable table({.series_max = 2});
  const auto first = table.Take({"a", {{"k", "1"}}});
  const auto second = table.Take({"a", {{"k", "2"}}});
  Release(table, *second);
  Release(table, *first);
  EXPECT_EQ(table.Take({"a", {{"k", "1"}}}), first) << "remembered, though not held";
  const auto third = table.Take({"a", {{"k", "3"}}});
  ASSERT_TRUE(third);
  EXPECT_EQ(table.forgotten(), 1u);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table.Of(*first), (SeriesName{"a", {{"k", "1"}}}));
  EXPECT_EQ(table.Of(*third), (SeriesName{"a", {{"k", "3"}}}));
  Release(table, *third);
  const auto again = table.Take({"a", {{"k", "2"}}});
  EXPECT_NE(again, second);
  EXPECT_NE(again, third);
}

TEST(SeriesTableTest, WithoutRoomOnlyWhatIsHeldCanBeTaken) {
  SeriesTable table({.series_max = 2});
  const auto first = table.Take({"a", {}});
  const auto second = table.Take({"b", {}});
  EXPECT_EQ(table.Take({"c", {}}), std::nullopt);
  EXPECT_EQ(table.Take({"a", {}}), first);
  Release(table, *first);
  EXPECT_EQ(table.Take({"c", {}}), std::nullopt) << "it was taken twice";
  Release(table, *first);
  EXPECT_TRUE(table.Take({"c", {}}));
  Release(table, *second);
}

TEST(SeriesTableTest, LongNamesTakeMoreOfTheRoom) {
  constexpr size_t kBytesMax = 100'000;
  SeriesTable table({.bytes_max = kBytesMax});
  for (int i = 0; i < 1000; ++i) {
    const auto number = table.Take({"a", {{"k", std::string(124, 'v') + std::to_string(i)}}});
    Release(table, *number);
    EXPECT_LE(table.memory_bytes(), kBytesMax);
  }
  EXPECT_GT(table.size(), 100u);
  EXPECT_LT(table.size(), 500u);
  EXPECT_EQ(table.forgotten(), 1000 - table.size());
}

TEST(BatchTicketTest, HoldsTheSeriesOfItsBatchForAsLongAsItLives) {
  SeriesTable table({.series_max = 1});
  HeldSeries held;
  const auto number = held.Take(table, {"a", {}});
  auto ticket = std::make_unique<BatchTicket>(9, 2, [](uint64_t, const std::vector<BatchException>&) {});
  ticket->Hold(std::move(held));
  ticket->Settle(2);
  EXPECT_EQ(table.Take({"b", {}}), std::nullopt) << "put off, and still to be sent";
  EXPECT_EQ(table.Of(*number).flow, "a");
  ticket.reset();
  EXPECT_TRUE(table.Take({"b", {}}));
}

TEST(BatchTicketTest, AnswersOnceWhenTheLastEventIsSettledWithExceptionsByIndex) {
  std::vector<std::pair<uint64_t, std::vector<BatchException>>> answers;
  BatchTicket ticket(9, 5, [&](uint64_t batch, std::vector<BatchException> exceptions) {
    answers.emplace_back(batch, std::move(exceptions));
  });
  ticket.Except(3, {.status = event::Status::kDuplicate});
  ticket.Settle(3);
  ticket.Except(1, {.status = event::Status::kTooLate});
  EXPECT_TRUE(answers.empty());
  ticket.Settle(2);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].first, 9u);
  EXPECT_THAT(answers[0].second, ElementsAre(BatchException{1, {.status = event::Status::kTooLate}},
                                             BatchException{3, {.status = event::Status::kDuplicate}}));
}

}  // namespace
}  // namespace oneway::partitioner::route
