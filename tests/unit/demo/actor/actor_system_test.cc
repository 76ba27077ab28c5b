// SPDX-License-Identifier: Apache-2.0
#include "demo/actor/actor_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <thread>
#include <vector>

namespace oneway::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

constexpr auto kWaitMax = seconds(20);

// Keeps what it is told, and -100 for its own end; stops at kStop.
class Recorder final : public Actor<int> {
 public:
  static constexpr int kStop = -1;

  explicit Recorder(std::vector<int>& told) : told_(told) {}
  ~Recorder() override { told_.push_back(-100); }

  void Receive(int message) override {
    told_.push_back(message);
    if (message == kStop) Stop();
  }

 private:
  std::vector<int>& told_;  // read once the system has been drained
};

// Would lose counts if two threads were in it at a time.
class Counter final : public Actor<int> {
 public:
  struct Seen {
    int messages = 0;
    std::atomic<int> inside{0};
    bool was_crowded = false;
  };
  explicit Counter(Seen& seen) : seen_(seen) {}

  void Receive(int /*message*/) override {
    seen_.was_crowded |= ++seen_.inside > 1;
    ++seen_.messages;
    --seen_.inside;
  }

 private:
  Seen& seen_;
};

// Makes a chain: each tells the next, which it has made, down to 0.
class Link final : public Actor<int> {
 public:
  explicit Link(std::promise<void>& end) : end_(end) {}
  void Receive(int left) override {
    if (left == 0) {
      end_.set_value();
    } else {
      system().Spawn<Link>(end_).Tell(left - 1);
    }
    Stop();
  }

 private:
  std::promise<void>& end_;
};

// Tells itself until it has counted down.
class Countdown final : public Actor<int> {
 public:
  explicit Countdown(std::atomic<int>& steps) : steps_(steps) {}
  void Receive(int left) override {
    ++steps_;
    if (left > 0) self().Tell(left - 1);
  }

 private:
  std::atomic<int>& steps_;
};

// At 1 tells itself 3 for later and 2 for now.
class Procrastinator final : public Actor<int> {
 public:
  Procrastinator(std::vector<int>& told, milliseconds delay) : told_(told), delay_(delay) {}
  void Receive(int message) override {
    told_.push_back(message);
    if (message != 1) return;
    system().TellLater(self(), 3, delay_);
    self().Tell(2);
  }

 private:
  std::vector<int>& told_;
  const milliseconds delay_;
};

TEST(ActorSystemTest, MessagesOfOneTellerAreReceivedInOrder) {
  std::vector<int> told;
  ActorSystem system(4);
  {
    const auto recorder = system.Spawn<Recorder>(told);
    for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(recorder.Tell(i));
  }
  ASSERT_TRUE(system.Drain(kWaitMax));
  ASSERT_EQ(told.size(), 10'001u);
  EXPECT_EQ(told.back(), -100);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(told[i], i);
}

TEST(ActorSystemTest, AnActorHandlesOneMessageAtATimeWhoeverTells) {
  Counter::Seen seen;
  ActorSystem system(4);
  {
    const auto counter = system.Spawn<Counter>(seen);
    std::vector<std::thread> tellers;
    for (int teller = 0; teller < 4; ++teller) {
      tellers.emplace_back([counter] {
        for (int i = 0; i < 5'000; ++i) counter.Tell(i);
      });
    }
    for (std::thread& teller : tellers) teller.join();
  }
  ASSERT_TRUE(system.Drain(kWaitMax));
  EXPECT_EQ(seen.messages, 20'000);
  EXPECT_FALSE(seen.was_crowded);
}

TEST(ActorSystemTest, NothingIsReceivedAfterStop) {
  std::vector<int> told;
  ActorSystem system(2);
  {
    const auto recorder = system.Spawn<Recorder>(told);
    for (const int message : {1, 2, Recorder::kStop, 3, 4}) EXPECT_TRUE(recorder.Tell(message));
    system.TellLater(recorder, 5, milliseconds(1));
  }
  ASSERT_TRUE(system.Drain(kWaitMax));
  EXPECT_THAT(told, ElementsAre(1, 2, Recorder::kStop, -100));
  EXPECT_EQ(system.actors(), 0u);
}

TEST(ActorSystemTest, ADelayedMessageComesNotBeforeItsTimeAndAfterThoseToldMeanwhile) {
  constexpr auto kDelay = milliseconds(30);
  std::vector<int> told;
  ActorSystem system(1);
  const auto began = steady_clock::now();
  system.Spawn<Procrastinator>(told, kDelay).Tell(1);
  ASSERT_TRUE(system.Drain(kWaitMax));
  EXPECT_GE(steady_clock::now() - began, kDelay);
  EXPECT_THAT(told, ElementsAre(1, 2, 3));
}

TEST(ActorSystemTest, ActorsMakeActorsAndGoWhenTheyStop) {
  std::promise<void> end;
  ActorSystem system(2);
  system.Spawn<Link>(end).Tell(1'000);
  ASSERT_EQ(end.get_future().wait_for(kWaitMax), std::future_status::ready);
  ASSERT_TRUE(system.Drain(kWaitMax));
  EXPECT_EQ(system.actors(), 0u);
}

TEST(ActorSystemTest, AnActorThatTellsItselfLivesAsLongAsItHasMessages) {
  std::atomic<int> steps{0};
  ActorSystem system(2);
  system.Spawn<Countdown>(steps).Tell(500);
  ASSERT_TRUE(system.Drain(kWaitMax));
  EXPECT_EQ(steps, 501);
}

TEST(ActorSystemTest, AnActorThatNobodyKnowsIsGone) {
  std::vector<int> told;
  ActorSystem system(1);
  system.Spawn<Recorder>(told);
  EXPECT_EQ(system.actors(), 0u);
  EXPECT_THAT(told, ElementsAre(-100));
}

TEST(ActorSystemTest, AFullMailboxRefusesAndTheDropIsCounted) {
  std::promise<void> may_go_on;
  struct Busy final : Actor<int> {
    explicit Busy(std::shared_future<void> until) : until_(std::move(until)) {}
    void Receive(int /*message*/) override { until_.wait(); }
    std::shared_future<void> until_;
  };
  ActorSystem system(1);
  size_t taken = 0;
  {
    const auto busy = system.Spawn<Busy>(may_go_on.get_future().share());
    while (busy.Tell(1)) ++taken;
  }
  // The one that is being received does not wait any more, if it has begun.
  EXPECT_GE(taken, Mailbox<int>::kMessagesMax);
  EXPECT_LE(taken, Mailbox<int>::kMessagesMax + 1);
  EXPECT_EQ(system.messages_dropped(), 1u);
  may_go_on.set_value();
  EXPECT_TRUE(system.Drain(kWaitMax));
}

TEST(ActorSystemTest, DrainGivesUpInTimeAndDropsWhatIsLeft) {
  std::vector<int> told;
  {
    ActorSystem system(2);
    system.TellLater(system.Spawn<Recorder>(told), 1, std::chrono::hours(1));
    EXPECT_FALSE(system.Drain(milliseconds(10)));
    EXPECT_EQ(system.actors(), 1u);
  }
  EXPECT_THAT(told, ElementsAre(-100));
}

}  // namespace
}  // namespace oneway::demo
