// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/lane_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "tests/unit/partitioner/forward/lane_fixture.h"

namespace oneway::partitioner::forward {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

uint32_t ShardOf(const std::string& key, uint32_t shards) {
  return static_cast<uint32_t>(hash::SlotOf(hash::FingerprintOf(kTestSeed, "push", key))) % shards;
}

class LaneSetTest : public testing::Test {
 protected:
  // Stages `keys` as one batch for `shards` shards and hands it over.
  void Append(LaneSet& lanes, uint64_t batch, const std::vector<std::string>& keys, uint32_t shards) {
    route::Columns all = world_.Events(keys);
    for (uint64_t& time : all.times_unix_nanos) time = ++time_;
    const auto ticket = world_.Ticket(batch, keys.size());
    std::vector<route::Columns> parts(shards);
    route::Position begin;
    route::SplitByShard(all, begin, all.count(), parts);
    for (uint32_t shard = 0; shard < shards; ++shard) {
      if (parts[shard].empty()) continue;
      lanes.Append({.joiner = {}, .shards = shards, .shard = shard, .columns = parts[shard]}, ticket);
    }
  }

  // Key and time of what a lane sends from the start of a new stream on.
  static std::vector<std::pair<std::string, uint64_t>> Sent(Lane& lane) {
    lane.BeginStream();
    std::vector<std::pair<std::string, uint64_t>> sent;
    v1::ForwardFrame frame;
    while (lane.NextFrame(frame) && frame.has_events()) {
      std::istringstream shown(Show(frame));
      std::string word;
      shown >> word;  // the number of the first event
      for (const uint64_t time : frame.events().times_unix_nanos()) {
        shown >> word;
        sent.emplace_back(word, time);
      }
    }
    return sent;
  }

  static std::vector<std::string> KeysOf(Lane& lane) {
    std::vector<std::string> keys;
    for (const auto& [key, time] : Sent(lane)) keys.push_back(key);
    return keys;
  }

  uint64_t time_ = 0;  // of the last event: each is a nanosecond later than the one before
  LaneWorld world_;
  LaneSet lanes_{world_.context};
};

TEST_F(LaneSetTest, EventsWaitInOneLaneUntilTheJoinerWasHeard) {
  EXPECT_EQ(lanes_.shards(), 1u);
  Append(lanes_, 1, {"a", "b", "c"}, 1);
  EXPECT_EQ(lanes_.unsettled_events(), 3u);
  EXPECT_THAT(world_.answers, IsEmpty());
  EXPECT_THAT(KeysOf(*lanes_.lanes()[0]), ElementsAre("a", "b", "c"));
}

TEST_F(LaneSetTest, AnotherNumberOfShardsSortsTheUnsettledAnewAndKeepsTheOrderOfEachKey) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  uint32_t shards = 1;
  for (uint64_t batch = 1; batch <= 60; ++batch) {
    std::vector<std::string> keys;
    for (int i = 0; i < 50; ++i) keys.push_back("key" + std::to_string(random() % 40));
    Append(lanes_, batch, keys, shards);
    if (batch % 7 == 0) lanes_.Reshape(shards = 1 + static_cast<uint32_t>(random() % 5));
  }
  uint64_t events = 0;
  for (uint32_t shard = 0; shard < shards; ++shard) {
    Lane& lane = *lanes_.lanes()[shard];
    std::map<std::string, uint64_t> last;  // by key: time of its last event
    for (const auto& [key, time] : Sent(lane)) {
      EXPECT_EQ(ShardOf(key, shards), shard);
      EXPECT_GT(time, last[key]) << key;
      last[key] = time;
      ++events;
    }
    ASSERT_TRUE(lane.Settle(SettledUpTo(lane.unsettled_events())).ok());
  }
  EXPECT_EQ(events, 3000u);
  EXPECT_EQ(world_.answers.size(), 60u);
  EXPECT_EQ(world_.budget.used(), 0u) << "all that was taken from the buffer came back";
}

TEST_F(LaneSetTest, OrderOfAKeySurvivesAReshapeOfPartlySettledLanes) {
  lanes_.Reshape(2);
  const std::string key = "push-7";
  for (uint64_t batch = 1; batch <= 3; ++batch) Append(lanes_, batch, {key, key}, 2);
  Lane& lane = *lanes_.lanes()[ShardOf(key, 2)];
  KeysOf(lane);
  ASSERT_TRUE(lane.Settle(SettledUpTo(3)).ok());
  lanes_.Reshape(3);
  Lane& moved = *lanes_.lanes()[ShardOf(key, 3)];
  EXPECT_THAT(KeysOf(moved), ElementsAre(key, key, key));
  ASSERT_TRUE(moved.Settle(SettledUpTo(3, {{1, v1::DUPLICATE}, {3, v1::TOO_LATE}})).ok());
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok", "b2:1=DUPLICATE", "b3:1=TOO_LATE"));
}

TEST_F(LaneSetTest, ABatchStagedForAnOldNumberOfShardsIsSplitAgain) {
  lanes_.Reshape(3);
  Append(lanes_, 1, {"a", "b", "c", "d", "e", "f"}, 2);
  for (uint32_t shard = 0; shard < 3; ++shard) {
    Lane& lane = *lanes_.lanes()[shard];
    for (const std::string& key : KeysOf(lane)) EXPECT_EQ(ShardOf(key, 3), shard);
    ASSERT_TRUE(lane.Settle(SettledUpTo(lane.unsettled_events())).ok());
  }
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok"));
  EXPECT_EQ(world_.budget.used(), 0u);
}

TEST(LaneSetBudgetTest, AJoinerThatTakesAQuarterOfTheBufferGetsNoMoreWhileOthersFlow) {
  LaneWorld world(/*buffer_bytes_max=*/4000, /*joiners=*/2);
  LaneContext other_context{.joiner = hash::JoinerIndex{1},
                            .clock = world.clock,
                            .series = world.series,
                            .held = world.held,
                            .highest_mark = world.highest_mark,
                            .budget = world.budget,
                            .figures = world.figures};
  LaneSet slow(world.context);
  LaneSet other(other_context);
  const auto append = [&](LaneSet& lanes, uint64_t batch) {
    lanes.Append({.columns = world.Events({std::string(200, 'k'), std::string(200, 'l')})}, world.Ticket(batch, 2));
  };
  append(slow, 1);
  EXPECT_THAT(world.answers, IsEmpty());
  append(slow, 2);
  EXPECT_THAT(world.answers, ElementsAre("b2:0=RETRY_AFTER(500),1=RETRY_AFTER(500)"));
  EXPECT_EQ(world.figures.events_refused, 2u);
  append(other, 3);
  EXPECT_EQ(other.unsettled_events(), 2u);

  Lane& lane = *slow.lanes()[0];
  lane.BeginStream();
  v1::ForwardFrame frame;
  ASSERT_TRUE(lane.NextFrame(frame));
  ASSERT_TRUE(lane.Settle(SettledUpTo(2)).ok());
  append(slow, 4);
  EXPECT_EQ(slow.unsettled_events(), 2u) << "room again";
}

TEST_F(LaneSetTest, WhileEventsWaitForLongFurtherOnesAreToldToComeAgain) {
  Append(lanes_, 1, {"a"}, 1);
  world_.clock.Advance(std::chrono::seconds(1));
  Append(lanes_, 2, {"b", "c"}, 1);
  EXPECT_THAT(world_.answers, ElementsAre("b2:0=RETRY_AFTER(500),1=RETRY_AFTER(500)"));
  EXPECT_EQ(world_.figures.events_refused, 2u);
  EXPECT_EQ(lanes_.unsettled_events(), 1u);
}

}  // namespace
}  // namespace oneway::partitioner::forward
