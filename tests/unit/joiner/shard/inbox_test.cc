// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/inbox.h"

#include <gtest/gtest.h>

#include <future>

namespace oneway::shard {
namespace {

std::unique_ptr<EventBatch> BatchOf(size_t key_bytes, uint64_t stream = 0) {
  auto batch = std::make_unique<EventBatch>();
  batch->keys.assign(key_bytes, 'k');
  batch->stream = stream;
  return batch;
}

uint64_t StreamOf(const std::optional<Inbox::Item>& item) {
  return std::get<std::unique_ptr<EventBatch>>(std::get<Work>(*item))->stream;
}

TEST(InboxTest, WorkComesOutInOrder) {
  Inbox inbox(1 << 20);
  EXPECT_TRUE(inbox.Put(BatchOf(10, 1)));
  EXPECT_TRUE(inbox.Put(BatchOf(10, 2)));
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
  EXPECT_EQ(StreamOf(inbox.Take()), 2u);
  EXPECT_EQ(inbox.waiting_bytes(), 0u);
}

TEST(InboxTest, ASealOvertakesWaitingWork) {
  Inbox inbox(1 << 20);
  inbox.Put(BatchOf(10, 1));
  inbox.PutSeal({.next = {.ordinal = 9}, .fresh = nullptr, .count_open = false});
  const auto first = inbox.Take();
  ASSERT_TRUE(std::holds_alternative<SealOrder>(*first));
  EXPECT_EQ(std::get<SealOrder>(*first).next.ordinal, 9u);
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
}

TEST(InboxTest, AFullInboxMakesItsSenderWait) {
  Inbox inbox(1000);
  inbox.Put(BatchOf(900, 1));
  auto second = std::async(std::launch::async, [&] { return inbox.Put(BatchOf(900, 2)); });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
  EXPECT_TRUE(second.get());
  EXPECT_EQ(StreamOf(inbox.Take()), 2u);
}

TEST(InboxTest, AbandonedItDropsWhatIsInsideAndTakesNoMore) {
  Inbox inbox(1000);
  std::promise<void> answered;
  std::future<void> answer = answered.get_future();
  auto batch = BatchOf(900, 1);
  batch->on_settled = [kept = std::make_shared<std::promise<void>>(std::move(answered))](auto&&...) {
    kept->set_value();
  };
  inbox.Put(std::move(batch));
  auto waits = std::async(std::launch::async, [&] { return inbox.Put(BatchOf(900, 2)); });
  inbox.Abandon();
  EXPECT_FALSE(waits.get());
  EXPECT_EQ(inbox.waiting_bytes(), 0u);
  EXPECT_FALSE(inbox.TakeNow().has_value());
  EXPECT_THROW(answer.get(), std::future_error) << "dropped unanswered";
}

TEST(InboxTest, OneBatchLargerThanTheBoundStillPasses) {
  Inbox inbox(10);
  EXPECT_TRUE(inbox.Put(BatchOf(5000, 1)));
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
}

TEST(InboxTest, ASenderWithADeadlineGivesUp) {
  Inbox inbox(1000);
  inbox.Put(BatchOf(900, 1));
  EXPECT_FALSE(inbox.Put(BatchOf(900, 2), MonotonicTime{}));
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
  EXPECT_TRUE(inbox.Put(BatchOf(900, 3), MonotonicTime{})) << "room needs no waiting";
}

TEST(InboxTest, WorkStaysInsideForOneWhoWantsASeal) {
  Inbox inbox(1 << 20);
  inbox.Put(BatchOf(10, 1));
  auto seal = std::async(std::launch::async, [&] { return inbox.Take(Inbox::Wanted::kSeal); });
  EXPECT_EQ(seal.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  inbox.PutSeal({.next = {.ordinal = 9}, .fresh = nullptr, .count_open = false});
  EXPECT_TRUE(std::holds_alternative<SealOrder>(*seal.get()));
  auto last = std::async(std::launch::async, [&] { return inbox.Take(Inbox::Wanted::kSeal); });
  inbox.StopTaking();
  EXPECT_EQ(StreamOf(last.get()), 1u) << "no seal comes any more";
}

TEST(InboxTest, ClosingWakesAWaitingSenderAndKeepsWhatIsInside) {
  Inbox inbox(1000);
  inbox.Put(BatchOf(900, 1));
  auto second = std::async(std::launch::async, [&] { return inbox.Put(BatchOf(900, 2)); });
  inbox.Close();
  EXPECT_FALSE(second.get());
  EXPECT_EQ(StreamOf(inbox.Take()), 1u);
  inbox.StopTaking();
  EXPECT_FALSE(inbox.Take().has_value());
}

}  // namespace
}  // namespace oneway::shard
