// SPDX-License-Identifier: Apache-2.0
// What a main needs besides its configuration: signals, log, environment.
#include <glog/logging.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "common/process/environment.h"
#include "common/process/logging.h"
#include "common/process/signals.h"

namespace oneway::process {
namespace {

TEST(SignalWatchTest, CallsForEverySignalUntilStopped) {
  boost::asio::io_context io_context;
  std::vector<int> received;
  SignalWatch watch(io_context, {SIGTERM, SIGINT}, [&](int signal) {
    received.push_back(signal);
    if (received.size() == 1) std::raise(SIGINT);
    if (received.size() == 2) watch.Stop();
  });
  std::raise(SIGTERM);
  io_context.run();
  EXPECT_THAT(received, testing::ElementsAre(SIGTERM, SIGINT));
}

TEST(SignalWatchTest, DestroyedItLetsTheIoContextEnd) {
  boost::asio::io_context io_context;
  {
    SignalWatch watch(io_context, {SIGTERM}, [](int) { FAIL(); });
  }
  EXPECT_GT(io_context.run(), 0u);
}

TEST(SignalWatchTest, ASignalIsDeliveredByTheSystemAgainAfterStop) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        boost::asio::io_context io_context;
        SignalWatch watch(io_context, {SIGTERM}, [](int) {});
        watch.Stop();
        io_context.run();
        std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST(SignalWatchTest, BrokenPipesDoNotEndTheProcess) {
  IgnoreBrokenPipes();
  EXPECT_EQ(std::raise(SIGPIPE), 0);
}

TEST(LoggingTest, LinesBeginWithTimeSeverityAndPlace) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        InitLogging("program");
        LOG(WARNING) << "careful";
        std::exit(7);
      },
      testing::ExitedWithCode(7),
      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z W process_test.cc:[0-9]+\\] careful\n");
}

TEST(EnvironmentTest, HoldsTheVariablesOfTheProcess) {
  ASSERT_EQ(setenv("ONEWAY_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(CurrentEnvironment().at("ONEWAY_TEST_VARIABLE"), "a=b");
  unsetenv("ONEWAY_TEST_VARIABLE");
}

}  // namespace
}  // namespace oneway::process
