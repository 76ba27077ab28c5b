// SPDX-License-Identifier: Apache-2.0
#include "client/internal/sender.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/client/support/fake_event_sink.h"

namespace oneway::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;

Options TestOptions() {
  return {.targets = {"one:1", "two:2"},
          .queue_bytes_max = size_t{1} << 20,
          .batch_events_max = 2,
          .window_batches_max = 2,
          .backoff_min = milliseconds(1),
          .backoff_max = milliseconds(2)};
}

// A sender with its queue before it and a far end under the test's control.
class SenderTest : public testing::Test {
 protected:
  ~SenderTest() override {
    if (sender_ != nullptr) Stop(nanoseconds(0));
  }

  void Begin(const Options& options = TestOptions()) {
    sender_ = std::make_unique<Sender>(options, queue_, budget_, std::make_unique<FakeEventSink>(peer_));
  }

  Counters Stop(nanoseconds grace) {
    queue_.Close();
    sender_->Stop(grace);
    const Counters counters = sender_->counters();
    sender_.reset();
    return counters;
  }

  void Start(std::string_view key, int64_t unix_nanos = 1000) {
    ASSERT_EQ(queue_.Append(event::Kind::kStart, "push", key, {.time = Time(nanoseconds(unix_nanos))}),
              Outcome::kQueued);
    sender_->Wake();
  }

  static std::string KeysOf(const v1::IngestBatch& batch) {
    std::string keys;
    for (const v1::Event& event : batch.events()) keys += (keys.empty() ? "" : " ") + event.key();
    return keys;
  }

  FakePeer peer_;
  ByteBudget budget_{size_t{1} << 20};
  EventQueue queue_{budget_};
  std::unique_ptr<Sender> sender_;
};

TEST_F(SenderTest, ConnectsWithTheFirstEventAndSettlesWhatIsAnswered) {
  Begin();
  Start("a");
  EXPECT_EQ(peer_.TakeOpened(), "one:1");
  const v1::IngestBatch batch = peer_.TakeBatch();
  EXPECT_EQ(KeysOf(batch), "a");
  EXPECT_EQ(sender_->counters().in_flight, 1u);
  peer_.AnswerOk(batch);
  const Counters counters = Stop(minutes(1));
  EXPECT_EQ(counters.acked, 1u);
  EXPECT_EQ(counters.in_flight, 0u);
  EXPECT_EQ(budget_.available(), size_t{1} << 20);
}

TEST_F(SenderTest, SaysTheOldestTimeOfAllThatIsNotSettled) {
  Begin();
  Start("a", 300);
  const v1::IngestBatch first = peer_.TakeBatch();
  EXPECT_EQ(first.oldest_unanswered_unix_nanos(), 300u);
  Start("b", 500);
  const v1::IngestBatch second = peer_.TakeBatch();
  EXPECT_EQ(second.oldest_unanswered_unix_nanos(), 300u);
  peer_.AnswerOk(first);
  Start("c", 700);
  EXPECT_EQ(peer_.TakeBatch().oldest_unanswered_unix_nanos(), 500u);
}

TEST_F(SenderTest, KeepsTheWindow) {
  Begin();
  Start("a");
  const v1::IngestBatch first = peer_.TakeBatch();
  Start("b");
  peer_.TakeBatch();
  Start("c");
  Start("d");
  // The answer lets the third batch go; that it had not gone before shows in what it holds.
  while (!queue_.IsEmpty()) std::this_thread::yield();
  EXPECT_FALSE(peer_.HasBatch());
  peer_.AnswerOk(first);
  EXPECT_EQ(KeysOf(peer_.TakeBatch()), "c d");
}

TEST_F(SenderTest, WaitsUntilTheStreamTakesMore) {
  Begin();
  peer_.SetWritable(false);
  Start("a");
  peer_.TakeBatch();
  Start("b");
  Start("c");
  while (!queue_.IsEmpty()) std::this_thread::yield();
  EXPECT_FALSE(peer_.HasBatch());
  peer_.SetWritable(true);
  EXPECT_EQ(KeysOf(peer_.TakeBatch()), "b c");
}

TEST_F(SenderTest, AfterAFailureTheNextTargetGetsWhatIsUnanswered) {
  Begin();
  Start("a");
  EXPECT_EQ(peer_.TakeOpened(), "one:1");
  EXPECT_EQ(KeysOf(peer_.TakeBatch()), "a");
  peer_.End({.reason = "broken"});
  EXPECT_EQ(peer_.TakeOpened(), "two:2");
  const v1::IngestBatch again = peer_.TakeBatch();
  EXPECT_EQ(KeysOf(again), "a");
  EXPECT_EQ(sender_->connection().last_error, "broken");
  peer_.End({.reason = "broken as well"});
  EXPECT_EQ(peer_.TakeOpened(), "one:1");
  const v1::IngestBatch third = peer_.TakeBatch();
  peer_.AnswerOk(third);
  const Counters counters = Stop(minutes(1));
  EXPECT_EQ(counters.acked, 1u);
  EXPECT_EQ(counters.resent, 2u);
}

TEST_F(SenderTest, DoesNotComeBackEarlierThanItWasAskedTo) {
  Begin();
  Start("a");
  peer_.TakeOpened();
  peer_.TakeBatch();
  const auto before = std::chrono::steady_clock::now();
  peer_.End({.reason = "load", .retry_after = milliseconds(60)});
  peer_.TakeOpened();
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(60));
}

TEST_F(SenderTest, SendsAgainWhatWasPutOff) {
  Begin();
  Start("a");
  v1::IngestAnswer answer;
  answer.set_batch(peer_.TakeBatch().batch());
  v1::EventException& exception = *answer.add_exceptions();
  exception.set_status(v1::RETRY_AFTER);
  exception.set_retry_after_millis(5);
  peer_.Answer(answer);
  const v1::IngestBatch again = peer_.TakeBatch();
  EXPECT_EQ(KeysOf(again), "a");
  EXPECT_EQ(again.oldest_unanswered_unix_nanos(), 1000u);
  peer_.AnswerOk(again);
  EXPECT_EQ(Stop(minutes(1)).resent, 1u);
}

TEST_F(SenderTest, LeavesATargetThatDoesNotAnswer) {
  Options options = TestOptions();
  options.answer_wait_max = milliseconds(20);
  Begin(options);
  Start("a");
  EXPECT_EQ(peer_.TakeOpened(), "one:1");
  peer_.TakeBatch();
  EXPECT_EQ(peer_.TakeOpened(), "two:2");
  peer_.AnswerOk(peer_.TakeBatch());
  EXPECT_EQ(Stop(minutes(1)).acked, 1u);
}

TEST_F(SenderTest, WhatIsLeftWhenTheTimeIsUpIsDroppedAndCounted) {
  Begin();
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g"}) Start(key);
  const Counters counters = Stop(milliseconds(5));
  EXPECT_EQ(counters.accepted, 7u);
  EXPECT_EQ(counters.dropped_at_shutdown, 7u);
  EXPECT_EQ(counters.in_flight, 0u);
  EXPECT_EQ(budget_.available(), size_t{1} << 20);
}

TEST_F(SenderTest, WithNothingToSendItNeitherConnectsNorWaits) {
  Begin();
  EXPECT_EQ(Stop(minutes(1)).accepted, 0u);
}

}  // namespace
}  // namespace oneway::client
