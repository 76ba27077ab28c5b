// SPDX-License-Identifier: Apache-2.0
//
// Concern: a view that waits hears of signals and news at once, and signals do again what they did when it ends.
#include "cli/terminal/events.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace oneway::cli::terminal {
namespace {

using std::chrono::steady_clock;

// For a slow machine; nothing here waits for it to pass.
constexpr std::chrono::minutes kWaitMax{5};

class EventsTest : public testing::Test {
 protected:
  Happening Await() { return events_.AwaitUntil(steady_clock::now() + kWaitMax); }

  Events events_{/*with_keys=*/false};
};

TEST_F(EventsTest, AMomentThatIsOverIsNotWaitedFor) {
  const Happening nothing = events_.AwaitUntil(steady_clock::now() - kWaitMax);
  EXPECT_FALSE(nothing.asked_to_end);
  EXPECT_FALSE(nothing.resized);
  EXPECT_EQ(nothing.bytes, "");
}

TEST_F(EventsTest, SignalsAreToldApart) {
  raise(SIGWINCH);
  Happening happening = Await();
  EXPECT_TRUE(happening.resized);
  EXPECT_FALSE(happening.asked_to_end);
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP}) {
    raise(signal);
    happening = Await();
    EXPECT_FALSE(happening.resized) << signal;
    EXPECT_TRUE(happening.asked_to_end) << signal;
  }
}

TEST_F(EventsTest, NewsFromAnotherThreadEndTheWait) {
  std::thread other([this] { events_.Wake(); });
  Await();
  other.join();
}

TEST(EventsLifeTest, SignalsAreFreeAgainAfterwards) {
  {
    const Events events(/*with_keys=*/false);
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGINT), 1);
  }
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 0);
}

}  // namespace
}  // namespace oneway::cli::terminal
