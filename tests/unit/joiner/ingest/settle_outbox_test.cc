// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/settle_outbox.h"

#include <gtest/gtest.h>

#include <future>

#include "joiner/ingest/serving_gate.h"

namespace oneway::ingest {
namespace {

constexpr event::Outcome kDuplicate{.status = event::Status::kDuplicate};

journal::Mark MarkAt(uint64_t commit) {
  return {.run = journal::RunId{1}, .commit = journal::CommitNumber{commit}};
}

TEST(SettleOutboxTest, SettlementsThatWaitedAreTakenAsOne) {
  SettleOutbox outbox;
  outbox.Received(20);
  outbox.Settle(1, 10, MarkAt(5), {{.index = 3, .outcome = kDuplicate}});
  outbox.Settle(11, 20, MarkAt(6), {{.index = 0, .outcome = kDuplicate}});
  const auto settlement = outbox.Take();
  ASSERT_TRUE(settlement.has_value());
  EXPECT_EQ(settlement->settled, 20u);
  EXPECT_EQ(settlement->mark, MarkAt(6));
  ASSERT_EQ(settlement->exceptions.size(), 2u);
  EXPECT_EQ(settlement->exceptions[0].event, 4u);
  EXPECT_EQ(settlement->exceptions[1].event, 11u);
}

TEST(SettleOutboxTest, AnExceptionIsToldOnce) {
  SettleOutbox outbox;
  outbox.Settle(1, 10, MarkAt(5), {{.index = 3, .outcome = kDuplicate}});
  outbox.Take();
  outbox.Settle(11, 12, MarkAt(6), {});
  EXPECT_TRUE(outbox.Take()->exceptions.empty());
}

TEST(SettleOutboxTest, TakeWaitsUntilSomethingSettlesOrItCloses) {
  SettleOutbox outbox;
  auto taken = std::async(std::launch::async, [&] { return outbox.Take(); });
  outbox.Settle(1, 1, MarkAt(1), {});
  EXPECT_TRUE(taken.get().has_value());
  auto nothing = std::async(std::launch::async, [&] { return outbox.Take(); });
  outbox.Close();
  EXPECT_FALSE(nothing.get().has_value());
}

TEST(SettleOutboxTest, AStreamIsSettledOnceAllItReceivedWasWritten) {
  SettleOutbox outbox;
  outbox.Received(2);
  EXPECT_FALSE(outbox.WaitUntilSettled(MonotonicTime{}));
  outbox.Settle(1, 2, MarkAt(1), {});
  outbox.Take();
  EXPECT_FALSE(outbox.WaitUntilSettled(MonotonicTime{})) << "it is being written";
  auto nothing = std::async(std::launch::async, [&] { return outbox.Take(); });
  EXPECT_TRUE(outbox.WaitUntilSettled(std::chrono::steady_clock::now() + std::chrono::seconds(30)));
  outbox.Close();
  EXPECT_FALSE(nothing.get().has_value());
}

TEST(SettleOutboxTest, AfterCloseTheLastWriteCanBeWaitedFor) {
  SettleOutbox outbox;
  outbox.Settle(1, 2, MarkAt(1), {});
  outbox.Take();
  outbox.Close();
  EXPECT_FALSE(outbox.WaitUntilWritten(MonotonicTime{}));
  EXPECT_FALSE(outbox.Take().has_value());
  EXPECT_TRUE(outbox.WaitUntilWritten(MonotonicTime{}));
}

// A partitioner that resends a whole window gets an exception for each event of it.
TEST(SettleOutboxTest, ManyExceptionsAreToldInSettlementsThatFitAMessage) {
  constexpr uint32_t kEvents = 3 * SettleOutbox::kExceptionsMax + 10;
  std::vector<shard::EventException> exceptions;
  for (uint32_t index = 0; index < kEvents; ++index) exceptions.push_back({.index = index, .outcome = kDuplicate});
  SettleOutbox outbox;
  outbox.Settle(1, kEvents + 5, MarkAt(7), exceptions);
  uint64_t told = 0;
  uint64_t settled = 0;
  while (settled < kEvents + 5) {
    const auto settlement = outbox.Take();
    ASSERT_LE(settlement->exceptions.size(), SettleOutbox::kExceptionsMax);
    for (const auto& exception : settlement->exceptions) ASSERT_EQ(exception.event, ++told);
    ASSERT_GT(settlement->settled, settled);
    settled = settlement->settled;
    ASSERT_GE(settled, told) << "an exception lies behind the settlement";
    EXPECT_EQ(settlement->mark, MarkAt(7));
  }
  EXPECT_EQ(told, kEvents);
}

TEST(SettleOutboxTest, ThereIsNoRoomWhileTooMuchIsUntold) {
  SettleOutbox outbox;
  outbox.Received(SettleOutbox::kUntoldMax);
  auto room = std::async(std::launch::async, [&] { return outbox.WaitForRoom(); });
  EXPECT_EQ(room.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  outbox.Settle(1, 10, MarkAt(1), {});
  outbox.Take();
  EXPECT_TRUE(room.get());
  outbox.Received(SettleOutbox::kUntoldMax + 10);
  auto none = std::async(std::launch::async, [&] { return outbox.WaitForRoom(); });
  outbox.Close();
  EXPECT_FALSE(none.get());
}

TEST(ServingGateTest, TheFirstRefusalStaysAndOutranksDraining) {
  ServingGate gate;
  EXPECT_TRUE(gate.Check().ok());
  gate.Drain();
  EXPECT_EQ(gate.Check().code(), absl::StatusCode::kUnavailable);
  gate.Refuse("the folder is an older copy");
  gate.Refuse("another reason");
  EXPECT_EQ(gate.Check().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(gate.Check().message(), "the folder is an older copy");
}

}  // namespace
}  // namespace oneway::ingest
