// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/joiner_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/contract/forward_stream/fake_forward_stream.h"
#include "tests/support/wait.h"
#include "tests/unit/partitioner/forward/lane_fixture.h"

namespace oneway::partitioner::forward {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A joiner without a network: what it is asked is written down, what it answers is set before.
class ScriptedJoiner {
 public:
  void Answer(absl::StatusOr<v1::HandshakeReply> reply) {
    const sync::MutexLock lock(mutex_);
    reply_ = std::move(reply);
  }
  static v1::HandshakeReply Reply(uint32_t shards, uint64_t run = 1) {
    v1::HandshakeReply reply;
    reply.set_wire_version(1);
    reply.set_shards(shards);
    reply.mutable_durable()->set_run(run);
    return reply;
  }
  // Waits for the next stream to be opened and for its first frame, which it checks.
  std::shared_ptr<FakeStreamState> NextStream(uint32_t shard) {
    std::shared_ptr<FakeStreamState> stream;
    {
      const sync::MutexLock lock(mutex_);
      while (streams_.empty()) changed_.Wait(mutex_);
      stream = streams_.front();
      streams_.pop_front();
    }
    EXPECT_EQ(stream->NextFrame()->open().shard(), shard);
    return stream;
  }
  // Waits for `count` handshakes since the start, and returns the last.
  v1::HandshakeRequest Handshake(size_t count) {
    const sync::MutexLock lock(mutex_);
    while (handshakes_.size() < count) changed_.Wait(mutex_);
    return handshakes_[count - 1];
  }
  JoinerPort port() {
    return {.handshake = [this](const v1::HandshakeRequest& request) -> absl::StatusOr<v1::HandshakeReply> {
              const sync::MutexLock lock(mutex_);
              handshakes_.push_back(request);
              changed_.NotifyAll();
              return reply_;
            },
            .open_stream = [this]() -> std::unique_ptr<ForwardStream> {
              const sync::MutexLock lock(mutex_);
              streams_.push_back(std::make_shared<FakeStreamState>());
              changed_.NotifyAll();
              return std::make_unique<FakeForwardStream>(streams_.back());
            }};
  }

 private:
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  absl::StatusOr<v1::HandshakeReply> reply_ ONEWAY_GUARDED_BY(mutex_) = Reply(1);
  std::vector<v1::HandshakeRequest> handshakes_ ONEWAY_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<FakeStreamState>> streams_ ONEWAY_GUARDED_BY(mutex_);
};

class JoinerLinkTest : public testing::Test {
 protected:
  void Append(uint64_t batch, const std::vector<std::string>& keys) {
    link_.lanes().Append({.columns = world_.Events(keys)}, world_.Ticket(batch, keys.size()));
  }
  // The next frame with events, as text.
  static std::string NextEvents(FakeStreamState& stream) {
    while (const auto frame = stream.NextFrame()) {
      if (frame->has_events()) return Show(*frame);
    }
    return "the stream broke";
  }
  void WaitUntilSettled() {
    ASSERT_TRUE(test::Eventually(std::chrono::seconds(20), [this] { return world_.budget.used() == 0; }));
  }

  time::SystemClock clock_;
  LaneWorld world_;
  LaneContext context_ = world_.ContextBy(clock_, milliseconds(0));
  ScriptedJoiner joiner_;
  JoinerLink link_{{{}, "partitioner-1", "joiner-1"},
                   context_,
                   joiner_.port(),
                   {.first = milliseconds(1), .longest = milliseconds(2)}};
};

TEST_F(JoinerLinkTest, EventsThatWaitedForTheHandshakeGoToTheShardsThatItNames) {
  Append(1, {"a", "b", "c", "d", "e", "f", "g", "h"});
  joiner_.Answer(ScriptedJoiner::Reply(2, /*run=*/77));
  link_.Start();
  const auto shard0 = joiner_.NextStream(0);
  const auto shard1 = joiner_.NextStream(1);
  EXPECT_EQ(joiner_.Handshake(1).joiner(), "joiner-1");
  for (const auto& stream : {shard0, shard1}) {
    const std::string events = NextEvents(*stream);
    stream->Settle(SettledUpTo(static_cast<uint64_t>(std::ranges::count(events, ' '))));
  }
  WaitUntilSettled();
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok"));
  EXPECT_EQ(link_.NotReadyReason(), std::nullopt);
}

TEST_F(JoinerLinkTest, AfterABreakItGreetsAgainWithTheHighestMarkAndSendsTheUnsettledAgain) {
  link_.Start();
  auto stream = joiner_.NextStream(0);
  Append(1, {"a"});
  EXPECT_EQ(NextEvents(*stream), "1: a");
  v1::SettleFrame settled = SettledUpTo(1);
  settled.mutable_mark()->set_run(5);
  settled.mutable_mark()->set_commit(9);
  stream->Settle(settled);
  WaitUntilSettled();
  Append(2, {"b"});
  EXPECT_EQ(NextEvents(*stream), "2: b");
  stream->End(absl::AbortedError("this joiner restarted"));

  stream = joiner_.NextStream(0);
  EXPECT_EQ(joiner_.Handshake(2).highest_acked().run(), 5u);
  EXPECT_EQ(joiner_.Handshake(2).highest_acked().commit(), 9u);
  EXPECT_EQ(NextEvents(*stream), "1: b");
  stream->Settle(SettledUpTo(1));
  WaitUntilSettled();
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok", "b2:ok"));
  EXPECT_EQ(world_.figures.breaks, 1u);
}

TEST_F(JoinerLinkTest, AJoinerThatBreaksTheProtocolIsLeftAndGreetedAgain) {
  link_.Start();
  auto stream = joiner_.NextStream(0);
  Append(1, {"a"});
  EXPECT_EQ(NextEvents(*stream), "1: a");
  stream->Settle(SettledUpTo(2));
  stream = joiner_.NextStream(0);
  EXPECT_EQ(NextEvents(*stream), "1: a");
  stream->Settle(SettledUpTo(1));
  WaitUntilSettled();
  EXPECT_THAT(world_.answers, ElementsAre("b1:ok"));
}

TEST_F(JoinerLinkTest, ARefusedHandshakeIsToldInWordsAndTriedAgain) {
  joiner_.Answer(absl::FailedPreconditionError("cluster.seed is 1 here and 2 at the partitioner"));
  link_.Start();
  joiner_.Handshake(3);
  EXPECT_THAT(link_.NotReadyReason().value_or("ready"), HasSubstr("cluster.seed is 1 here"));
  Append(1, {"a"});
  joiner_.Answer(ScriptedJoiner::Reply(1));
  const auto stream = joiner_.NextStream(0);
  EXPECT_EQ(NextEvents(*stream), "1: a");
}

TEST_F(JoinerLinkTest, AHandshakeThatMakesNoSenseIsNoConnection) {
  joiner_.Answer(ScriptedJoiner::Reply(0));
  link_.Start();
  joiner_.Handshake(2);
  EXPECT_THAT(link_.NotReadyReason().value_or("ready"), HasSubstr("0 shards"));
}

TEST(BackoffTest, DoublesUpToTheLongestAndDrawsFromTheUpperHalf) {
  Backoff backoff({.first = milliseconds(100), .longest = milliseconds(300)}, /*seed=*/1);
  const auto next_is_within = [&](int low, int high) {
    const Duration next = backoff.Next();
    return next >= milliseconds(low) && next <= milliseconds(high);
  };
  EXPECT_TRUE(next_is_within(50, 100));
  EXPECT_TRUE(next_is_within(100, 200));
  EXPECT_TRUE(next_is_within(150, 300));
  EXPECT_TRUE(next_is_within(150, 300));
  backoff.Reset();
  EXPECT_TRUE(next_is_within(50, 100));
}

}  // namespace
}  // namespace oneway::partitioner::forward
