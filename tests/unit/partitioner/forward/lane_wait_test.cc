// SPDX-License-Identifier: Apache-2.0
//
// Concern: whoever waits for a lane's frames wakes when there is one.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/time/clock.h"
#include "partitioner/forward/lane.h"
#include "tests/unit/partitioner/forward/lane_fixture.h"

namespace oneway::partitioner::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A lane whose frames a thread waits for, by the clock of the machine: without an event it would wait for an hour.
class LaneWaitTest : public testing::Test {
 protected:
  void Begin(Duration flush_interval) {
    context_.emplace(world_.ContextBy(clock_, flush_interval));
    context_->mark_interval = std::chrono::hours(1);
    lane_.emplace(*context_);
    lane_->BeginStream();
    writer_ = std::thread([this] {
      v1::ForwardFrame frame;
      while (lane_->WaitForFrame()) lane_->NextFrame(frame);
    });
  }
  void TearDown() override {
    lane_->EndStream();
    writer_.join();
  }
  // A lost wake-up lets it wait for an hour, and the test with it.
  void WaitUntilSent(uint64_t events) {
    while (world_.figures.events_sent < events) std::this_thread::yield();
  }

  const time::SystemClock clock_;
  LaneWorld world_;
  std::optional<LaneContext> context_;
  std::optional<Lane> lane_;
  std::thread writer_;
};

TEST_F(LaneWaitTest, AnEventWakesWhoeverWaitsInSilence) {
  Begin(milliseconds(0));
  for (uint64_t batch = 1; batch <= 1000; ++batch) {
    world_.Append(*lane_, batch, {"a"});
    WaitUntilSent(batch);
  }
}

TEST_F(LaneWaitTest, EventsThatNobodyIsWokenForAreLookedFor) {
  Begin(milliseconds(4));
  for (uint64_t batch = 1; batch <= 20; ++batch) world_.Append(*lane_, batch, std::vector<std::string>(100, "k"));
  WaitUntilSent(2000);
}

TEST_F(LaneWaitTest, AFullFrameWakesWhoeverWaitsForTheNext) {
  Begin(std::chrono::hours(1));
  const auto began = std::chrono::steady_clock::now();
  uint64_t batch = 0;
  for (uint64_t frames = 1; frames <= 10; ++frames) {
    // The first of them finds no room in the frame before, so that one is full.
    for (int i = 0; i < 4; ++i) world_.Append(*lane_, ++batch, std::vector<std::string>(1000, "k"));
    WaitUntilSent(4000 * (frames - 1));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(1)) << "a frame of so many is followed 0.2 s later";
}

}  // namespace
}  // namespace oneway::partitioner::forward
