// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/settle_outbox.h"

#include <gtest/gtest.h>

#include <future>

#include "joiner/ingest/serving_gate.h"

namespace oneway::ingest {
namespace {

constexpr event::Outcome kDuplicate{.status = event::Status::kDuplicate};

journal::Mark MarkAt(uint64_t commit) { return {.run = journal::RunId{1}, .commit = journal::CommitNumber{commit}}; }

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

TEST(SettleOutboxTest, AStreamIsSettledOnceAllItReceivedWasTaken) {
  SettleOutbox outbox;
  outbox.Received(2);
  EXPECT_FALSE(outbox.WaitUntilSettled(MonotonicTime{}));
  outbox.Settle(1, 2, MarkAt(1), {});
  outbox.Take();
  EXPECT_TRUE(outbox.WaitUntilSettled(MonotonicTime{}));
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
