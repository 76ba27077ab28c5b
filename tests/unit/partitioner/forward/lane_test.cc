// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/lane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/partitioner/forward/lane_fixture.h"

namespace oneway::partitioner::forward {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LaneTest : public testing::Test {
 protected:
  // The next frame that is due, as text; "nothing" when none is.
  std::string Next() {
    if (!lane_.NextFrame(frame_)) return "nothing";
    return Show(frame_);
  }
  // Lets the flush interval pass and takes the frame.
  std::string Flush() {
    world_.clock.Advance(world_.context.flush_interval);
    return Next();
  }
  void Begin() {
    lane_.BeginStream();
    ASSERT_EQ(Next(), "") << "a stream begins with its marks";
  }
  // As many events as a frame holds, and some more.
  void AppendAFrame(uint64_t first_batch) {
    for (uint64_t i = 0; i < 5; ++i) world_.Append(lane_, first_batch + i, std::vector<std::string>(1000, "k"));
  }
  // A frame after which the next does not go at once: of events 1 to 1000.
  void SendMany() {
    world_.Append(lane_, 1, std::vector<std::string>(1000, "k"));
    ASSERT_NE(Next(), "nothing");
  }
  Time LowMark() const { return FromUnixNanos(frame_.low_mark_unix_nanos()); }

  LaneWorld world_;
  Lane lane_{world_.context};
  v1::ForwardFrame frame_;
};

TEST_F(LaneTest, EventsThatFollowAFrameOfManyGoTogetherAFlushIntervalAfterIt) {
  Begin();
  SendMany();
  world_.Append(lane_, 2, {"b", "c"});
  world_.clock.Advance(milliseconds(3));
  world_.Append(lane_, 3, {"d"});
  EXPECT_EQ(Next(), "nothing");
  world_.clock.Advance(milliseconds(1));
  EXPECT_EQ(Next(), "1001: b c d");
  EXPECT_EQ(Next(), "nothing");
}

TEST_F(LaneTest, AnEventThatComesLongAfterAFrameOfManyGoesAtOnce) {
  Begin();
  SendMany();
  world_.clock.Advance(milliseconds(4));
  EXPECT_EQ(Next(), "nothing");
  world_.Append(lane_, 2, {"b"});
  EXPECT_EQ(Next(), "1001: b");
}

TEST_F(LaneTest, WhoeverSendsOneAfterAnotherHardlyWaits) {
  Begin();
  world_.Append(lane_, 1, {"a"});
  EXPECT_EQ(Next(), "1: a") << "no frame before it, so nothing to wait for";
  world_.Append(lane_, 2, {"b", "c"});
  EXPECT_EQ(Next(), "nothing");
  world_.clock.Advance(microseconds(50));
  EXPECT_EQ(Next(), "2: b c");
  world_.clock.Advance(microseconds(99));
  world_.Append(lane_, 3, {"d"});
  EXPECT_EQ(Next(), "nothing");
  world_.clock.Advance(microseconds(1));
  EXPECT_EQ(Next(), "4: d");
}

TEST_F(LaneTest, AMarkIsNoFrameThatEventsWaitFor) {
  Begin();
  world_.clock.Advance(seconds(1));
  ASSERT_EQ(Next(), "") << "the silence ends with a mark";
  world_.Append(lane_, 1, {"a"});
  EXPECT_EQ(Next(), "1: a");
}

TEST_F(LaneTest, AFullFrameDoesNotWait) {
  Begin();
  SendMany();
  const std::vector<std::string> keys(1000, "k");
  for (uint64_t batch = 2; batch <= 4; ++batch) world_.Append(lane_, batch, keys);
  ASSERT_FALSE(lane_.NextFrame(frame_));
  world_.Append(lane_, 5, keys);  // finds no room where the others lie, with those that were sent
  ASSERT_TRUE(lane_.NextFrame(frame_));
  EXPECT_EQ(frame_.events().count(), 3000u);
  EXPECT_FALSE(lane_.NextFrame(frame_));
  Flush();
  EXPECT_EQ(frame_.events().first(), 4001u);
  EXPECT_EQ(frame_.events().count(), 1000u);
}

TEST_F(LaneTest, NoFrameIsLargerThanItsBound) {
  Begin();
  const std::vector<std::string> keys(900, std::string(256, 'k'));
  world_.Append(lane_, 1, keys);
  world_.Append(lane_, 2, keys);
  uint64_t events = 0;
  while (events < 1800) {
    Flush();
    ASSERT_GT(frame_.events().count(), 0u);
    EXPECT_EQ(frame_.events().first(), events + 1);
    EXPECT_LE(frame_.events().ByteSizeLong(), event::kFrameBytesMax);
    events += frame_.events().count();
  }
}

TEST_F(LaneTest, ABatchIsAnsweredWhenTheJoinerSettledAllOfIt) {
  Begin();
  world_.Append(lane_, 1, {"a", "b"});
  world_.Append(lane_, 2, {"c"});
  Flush();
  EXPECT_THAT(world_.answers, IsEmpty());
  ASSERT_TRUE(lane_.Settle(SettledUpTo(1)).ok());
  EXPECT_THAT(world_.answers, IsEmpty());
  ASSERT_TRUE(lane_.Settle(SettledUpTo(3)).ok());
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok", "b2:ok"));
  EXPECT_EQ(world_.budget.used(), 0u);
  EXPECT_EQ(world_.figures.events_settled, 3u);
}

TEST_F(LaneTest, ExceptionsReachTheEventsOfTheirBatches) {
  Begin();
  world_.Append(lane_, 1, {"a", "b", "c"});
  world_.Append(lane_, 2, {"d", "e"});
  Flush();
  ASSERT_TRUE(lane_.Settle(SettledUpTo(2, {{2, v1::DUPLICATE}})).ok());
  ASSERT_TRUE(lane_.Settle(SettledUpTo(5, {{3, v1::TOO_LATE}, {5, v1::RETRY_AFTER}})).ok());
  EXPECT_THAT(world_.answers, ElementsAre("b1:1=DUPLICATE,2=TOO_LATE", "b2:1=RETRY_AFTER(250)"));
}

TEST_F(LaneTest, AfterABreakAllUnsettledEventsGoAgainFirstAndInOrder) {
  Begin();
  world_.Append(lane_, 1, {"a", "b"});
  world_.Append(lane_, 2, {"c", "d"});
  Flush();
  ASSERT_TRUE(lane_.Settle(SettledUpTo(1)).ok());
  world_.Append(lane_, 3, {"e"});
  lane_.EndStream();
  EXPECT_EQ(Flush(), "nothing") << "no stream, no frame";

  lane_.BeginStream();
  EXPECT_EQ(Next(), "1: b c d e");
  ASSERT_EQ(frame_.events().series_added_size(), 1);
  EXPECT_EQ(frame_.events().series_added(0).series().flow(), "push") << "a new stream names its series again";
  EXPECT_EQ(world_.figures.events_resent, 3u);
  ASSERT_TRUE(lane_.Settle(SettledUpTo(4, {{1, v1::DUPLICATE}})).ok());
  EXPECT_THAT(world_.answers, ElementsAre("b1:1=DUPLICATE", "b2:ok", "b3:ok"));
}

TEST_F(LaneTest, AJoinerThatSettlesNothingLetsBatchesGoWhichAreToComeAgain) {
  Begin();
  world_.Append(lane_, 1, {"a", "b"});
  Flush();
  world_.clock.Advance(milliseconds(1900));
  world_.Append(lane_, 2, {"c"});
  lane_.AnswerStalled();
  EXPECT_THAT(world_.answers, IsEmpty());
  world_.clock.Advance(milliseconds(100));
  lane_.AnswerStalled();
  EXPECT_THAT(world_.answers, ElementsAre("b1:0=RETRY_AFTER(500),1=RETRY_AFTER(500)", "b2:0=RETRY_AFTER(500)"));
  EXPECT_EQ(world_.figures.events_put_off, 3u);
  lane_.AnswerStalled();
  EXPECT_EQ(world_.answers.size(), 2u) << "once";

  EXPECT_EQ(Next(), "3: c") << "they are sent all the same";
  lane_.BeginStream();
  EXPECT_EQ(Next(), "1: a b c") << "and again, with their series, which nobody else holds";
  ASSERT_TRUE(lane_.Settle(SettledUpTo(3, {{2, v1::DUPLICATE}})).ok());
  EXPECT_EQ(world_.answers.size(), 2u) << "nobody waits for that any more";
  EXPECT_EQ(world_.budget.used(), 0u);
}

TEST_F(LaneTest, OfABatchThatWasSettledInPartOnlyTheRestIsPutOff) {
  Begin();
  world_.Append(lane_, 1, {"a", "b", "c"});
  Flush();
  world_.clock.Advance(milliseconds(1900));
  ASSERT_TRUE(lane_.Settle(SettledUpTo(1)).ok());
  world_.clock.Advance(milliseconds(1900));
  lane_.AnswerStalled();
  EXPECT_THAT(world_.answers, IsEmpty()) << "a joiner that is slow, and goes on";
  world_.clock.Advance(milliseconds(100));
  lane_.AnswerStalled();
  EXPECT_THAT(world_.answers, ElementsAre("b1:1=RETRY_AFTER(500),2=RETRY_AFTER(500)"));
  // The stream breaks; all that is not settled goes again.
  lane_.BeginStream();
  EXPECT_EQ(Next(), "1: b c");
  ASSERT_TRUE(lane_.Settle(SettledUpTo(2)).ok());
  EXPECT_EQ(world_.answers.size(), 1u);
  EXPECT_EQ(world_.budget.used(), 0u);
}

TEST_F(LaneTest, IsBehindWhileItsOldestEventWaitsForLong) {
  Begin();
  EXPECT_FALSE(lane_.IsBehind());
  world_.Append(lane_, 1, {"a", "b", "c"});
  world_.clock.Advance(milliseconds(500));
  world_.Append(lane_, 2, {"d"});
  EXPECT_FALSE(lane_.IsBehind());
  world_.clock.Advance(milliseconds(500));
  EXPECT_TRUE(lane_.IsBehind());
  Flush();
  ASSERT_TRUE(lane_.Settle(SettledUpTo(3)).ok());
  EXPECT_FALSE(lane_.IsBehind()) << "the next has waited half as long";
}

TEST_F(LaneTest, WhatWaitedBeforeItsShardWasKnownSaysNothingAboutItsRate) {
  Begin();
  AppendAFrame(1);
  world_.clock.MonotonicIs(MonotonicTime(std::chrono::hours(24)));  // the machine has been up for a day
  Lane next(world_.context, lane_.TakeUnsettled());
  next.BeginStream();
  ASSERT_TRUE(next.NextFrame(frame_));
  world_.clock.Advance(milliseconds(10));
  ASSERT_TRUE(next.Settle(SettledUpTo(frame_.events().count())).ok());
  for (uint64_t i = 0; i < 5; ++i) world_.Append(next, 6 + i, std::vector<std::string>(1000, "k"));
  ASSERT_TRUE(next.NextFrame(frame_));
  ASSERT_TRUE(next.Settle(SettledUpTo(5000)).ok());
  world_.clock.Advance(milliseconds(300));
  EXPECT_FALSE(next.IsBehind());
}

TEST_F(LaneTest, IsBehindWhenMoreIsHereThanTheJoinerSettlesInTheTimeToWait) {
  Begin();
  // A joiner that settles one event in 100 ms, and is never without.
  world_.Append(lane_, 1, {"a", "b"});
  for (uint64_t settled = 1; settled <= 20; ++settled) {
    world_.clock.Advance(milliseconds(100));
    Next();
    ASSERT_TRUE(lane_.Settle(SettledUpTo(settled)).ok());
    world_.Append(lane_, settled + 1, {"c"});
  }
  world_.clock.Advance(milliseconds(100));
  EXPECT_FALSE(lane_.IsBehind());
  // A burst, for which it would need 3 s, if that is all that it can do.
  world_.Append(lane_, 30, std::vector<std::string>(30, "d"));
  world_.clock.Advance(milliseconds(100));
  EXPECT_FALSE(lane_.IsBehind()) << "with less than a frame nobody knows what it can do";
  AppendAFrame(31);
  EXPECT_TRUE(lane_.IsBehind()) << "long before the oldest has waited for a second";
}

TEST_F(LaneTest, AStreamNamesASeriesOnce) {
  Begin();
  world_.Append(lane_, 1, {"a"});
  Flush();
  EXPECT_EQ(frame_.events().series_added_size(), 1);
  world_.Append(lane_, 2, {"b"});
  Flush();
  EXPECT_EQ(frame_.events().series_added_size(), 0);
  EXPECT_THAT(frame_.events().series(), ElementsAre(0u));
}

TEST_F(LaneTest, AJoinerThatSettlesWhatItDidNotGetIsNotBelieved) {
  Begin();
  world_.Append(lane_, 1, {"a", "b"});
  Flush();
  world_.Append(lane_, 2, {"c"});
  EXPECT_THAT(std::string(lane_.Settle(SettledUpTo(3)).message()), HasSubstr("settled up to event 3"));
  EXPECT_FALSE(lane_.Settle(SettledUpTo(1, {{2, v1::DUPLICATE}})).ok()) << "exception beyond the settled";
  EXPECT_FALSE(lane_.Settle(SettledUpTo(1, {{1, v1::OK}})).ok());
  EXPECT_FALSE(lane_.Settle(SettledUpTo(1, {{0, v1::DUPLICATE}})).ok());
  ASSERT_TRUE(lane_.Settle(SettledUpTo(1)).ok());
  EXPECT_FALSE(lane_.Settle(SettledUpTo(0)).ok()) << "backwards";
  EXPECT_THAT(world_.answers, IsEmpty()) << "nothing of a bad frame is taken";
}

TEST_F(LaneTest, TheLowMarkIsNowWhenNothingIsHeldAndIsToldEverySecond) {
  Begin();
  world_.clock.Advance(milliseconds(999));
  EXPECT_EQ(Next(), "nothing");
  world_.clock.Advance(milliseconds(1));
  EXPECT_EQ(Next(), "");
  EXPECT_EQ(LowMark(), world_.clock.Wall());
}

TEST_F(LaneTest, TheLowMarkStaysBelowUnsettledEventsAndRisesWhenTheyAreSettled) {
  world_.clock.Is(seconds(100));
  Begin();
  world_.Append(lane_, 1, {"a"}, 50);
  world_.Append(lane_, 2, {"b"}, 40);
  Flush();
  EXPECT_EQ(LowMark(), time::FakeClock::At(seconds(40)));
  ASSERT_TRUE(lane_.Settle(SettledUpTo(1)).ok());
  world_.clock.Advance(seconds(1));
  Next();
  EXPECT_EQ(LowMark(), time::FakeClock::At(seconds(40)));
  ASSERT_TRUE(lane_.Settle(SettledUpTo(2)).ok());
  world_.clock.Advance(seconds(1));
  Next();
  EXPECT_EQ(LowMark(), world_.clock.Wall());
}

TEST_F(LaneTest, TheLowMarkStaysBelowWhatClientsHold) {
  world_.clock.Is(seconds(100));
  Begin();
  const auto client = world_.held.Join();
  world_.held.BatchRead(client, time::FakeClock::At(seconds(30)), std::nullopt, world_.clock.Monotonic());
  world_.clock.Advance(seconds(1));
  Next();
  EXPECT_EQ(LowMark(), time::FakeClock::At(seconds(30)));
}

TEST_F(LaneTest, TheHighestMarkIsRemembered) {
  Begin();
  const auto settle = [&](uint64_t event, uint64_t run, uint64_t commit) {
    v1::SettleFrame frame = SettledUpTo(event);
    frame.mutable_mark()->set_run(run);
    frame.mutable_mark()->set_commit(commit);
    ASSERT_TRUE(lane_.Settle(frame).ok());
  };
  settle(0, 11, 5);
  settle(0, 11, 4);
  EXPECT_EQ(world_.highest_mark.value(), (JoinerMark{11, 5}));
  settle(0, 12, 2);
  EXPECT_EQ(world_.highest_mark.value(), (JoinerMark{12, 2})) << "a new run replaces the old";
}

}  // namespace
}  // namespace oneway::partitioner::forward
