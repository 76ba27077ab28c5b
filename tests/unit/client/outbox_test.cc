// SPDX-License-Identifier: Apache-2.0
#include "client/internal/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "oneway/v1/ingest.pb.h"
#include "tests/unit/client/support/records.h"

namespace oneway::client {
namespace {

using std::chrono::milliseconds;

v1::IngestAnswer Answer(uint64_t batch) {
  v1::IngestAnswer answer;
  answer.set_batch(batch);
  return answer;
}

v1::EventException& Except(v1::IngestAnswer& answer, uint32_t index, v1::EventStatus status) {
  v1::EventException& exception = *answer.add_exceptions();
  exception.set_index(index);
  exception.set_status(status);
  return exception;
}

class OutboxTest : public testing::Test {
 protected:
  void Add(const std::string& key, int64_t unix_nanos = 1000) {
    const std::string record = Record(key, unix_nanos);
    bytes_ += record.size();
    outbox_.Add(RecordView(record.data()));
  }

  // Sends all that may be sent; the keys of each batch, as "1(a b) 2(c)".
  std::string Send() {
    std::string sent;
    while (outbox_.HasSendable()) {
      const Block& block = outbox_.TakeBlock(now_);
      sent += (sent.empty() ? "" : " ") + std::to_string(block.batch) + "(";
      std::string keys;
      block.ForEach([&](const RecordView& record) { keys += (keys.empty() ? "" : " ") + std::string(record.key()); });
      sent += keys + ")";
    }
    return sent;
  }

  int64_t OldestNanos() { return outbox_.Oldest().value_or(Time{}).time_since_epoch().count(); }

  Outbox outbox_{/*batch_events_max=*/2, /*window_batches_max=*/2, /*jitter_seed=*/1};
  Outbox::Now now_{std::chrono::hours(1)};
  size_t bytes_ = 0;
};

TEST_F(OutboxTest, EventsLeaveInOrderInBatchesOfBoundedSizeAndNumber) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Add(key);
  EXPECT_EQ(Send(), "1(a b) 2(c d)");
  EXPECT_FALSE(outbox_.HasSendable());
  outbox_.OnAnswer(Answer(1), now_);
  EXPECT_EQ(Send(), "3(e)");
}

TEST_F(OutboxTest, AnAnswerSettlesItsBatchAndGivesItsBytesBack) {
  Add("a");
  Add("b");
  Send();
  EXPECT_EQ(outbox_.OnAnswer(Answer(1), now_), bytes_);
  EXPECT_EQ(outbox_.tally().acked, 2u);
  EXPECT_EQ(outbox_.tally().held, 0u);
  EXPECT_EQ(outbox_.Oldest(), std::nullopt);
}

TEST_F(OutboxTest, EachExceptionIsCountedAsWhatItIs) {
  Outbox outbox(10, 1, 1);
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    const std::string record = Record(key);
    outbox.Add(RecordView(record.data()));
  }
  outbox.TakeBlock(now_);
  v1::IngestAnswer answer = Answer(1);
  Except(answer, 0, v1::DUPLICATE);
  Except(answer, 2, v1::INVALID).set_reason(v1::TIME_AHEAD);
  Except(answer, 3, v1::TOO_LATE);
  Except(answer, 4, static_cast<v1::EventStatus>(77)).set_reason(static_cast<v1::InvalidReason>(99));
  outbox.OnAnswer(answer, now_);
  EXPECT_EQ(outbox.tally().acked, 2u);
  EXPECT_EQ(outbox.tally().duplicate, 1u);
  EXPECT_EQ(outbox.tally().too_late, 1u);
  EXPECT_EQ(outbox.tally().invalid, 2u);
  EXPECT_EQ(outbox.tally().invalid_by_reason[v1::TIME_AHEAD], 1u);
  EXPECT_EQ(outbox.tally().invalid_by_reason[0], 1u);
  EXPECT_EQ(outbox.tally().held, 0u);
}

TEST_F(OutboxTest, AnAnswerToNoOpenBatchAndAnExceptionOfNoEventChangeNothing) {
  Add("a");
  Send();
  EXPECT_EQ(outbox_.OnAnswer(Answer(5), now_), 0u);
  v1::IngestAnswer answer = Answer(1);
  Except(answer, 9, v1::INVALID);
  outbox_.OnAnswer(answer, now_);
  EXPECT_EQ(outbox_.OnAnswer(answer, now_), 0u);
  EXPECT_EQ(outbox_.tally().acked, 1u);
  EXPECT_EQ(outbox_.tally().invalid, 0u);
}

TEST_F(OutboxTest, AfterADisconnectUnansweredBatchesGoFirstUnchangedAndCountAsResent) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Add(key);
  Send();
  outbox_.OnAnswer(Answer(1), now_);
  EXPECT_EQ(Send(), "3(e)");
  outbox_.OnDisconnected();
  Add("f");
  EXPECT_EQ(Send(), "4(c d) 5(e)");
  EXPECT_EQ(outbox_.tally().resent, 3u);
  outbox_.OnAnswer(Answer(4), now_);
  EXPECT_EQ(Send(), "6(f)");
  EXPECT_EQ(outbox_.tally().resent, 3u);
}

TEST_F(OutboxTest, AnEventToBeRetriedIsSentAgainWhenItsTimeHasComeAndNotEarlier) {
  Add("a");
  Add("b");
  Send();
  v1::IngestAnswer answer = Answer(1);
  Except(answer, 1, v1::RETRY_AFTER).set_retry_after_millis(100);
  const size_t freed = outbox_.OnAnswer(answer, now_);
  EXPECT_EQ(freed, Record("a").size());
  EXPECT_EQ(outbox_.tally().held, 1u);

  ASSERT_TRUE(outbox_.NextDue().has_value());
  EXPECT_GE(*outbox_.NextDue(), now_ + milliseconds(100));
  EXPECT_LE(*outbox_.NextDue(), now_ + milliseconds(160)) << "half as much later at most";
  outbox_.PromoteDue(now_ + milliseconds(99));
  EXPECT_EQ(Send(), "");
  outbox_.PromoteDue(*outbox_.NextDue());
  EXPECT_EQ(Send(), "2(b)");
  EXPECT_EQ(outbox_.tally().resent, 1u);
  EXPECT_EQ(outbox_.OnAnswer(Answer(2), now_), Record("b").size());
  EXPECT_EQ(outbox_.tally().held, 0u);
}

TEST_F(OutboxTest, EventsDueTogetherShareABatch) {
  for (const char* key : {"a", "b", "c", "d"}) Add(key);
  Send();
  for (uint64_t batch : {1, 2}) {
    v1::IngestAnswer answer = Answer(batch);
    Except(answer, 0, v1::RETRY_AFTER).set_retry_after_millis(0);
    outbox_.OnAnswer(answer, now_);
  }
  outbox_.PromoteDue(now_ + milliseconds(10));
  EXPECT_EQ(Send(), "3(a c)");
}

TEST_F(OutboxTest, WhatIsPutOffByDifferentAnswersComesAgainAtDifferentTimes) {
  std::set<Outbox::Now> due;
  for (int i = 0; i < 20; ++i) {
    Outbox outbox(1, 1, static_cast<uint64_t>(i));
    const std::string record = Record("a", 1000);
    outbox.Add(RecordView(record.data()));
    outbox.TakeBlock(now_);
    v1::IngestAnswer answer = Answer(1);
    Except(answer, 0, v1::RETRY_AFTER).set_retry_after_millis(500);
    outbox.OnAnswer(answer, now_);
    due.insert(*outbox.NextDue());
  }
  EXPECT_GE(due.size(), 5u);
  EXPECT_GE(*due.begin(), now_ + milliseconds(500));
  EXPECT_LE(*due.rbegin(), now_ + milliseconds(760));
}

TEST_F(OutboxTest, WhileEverythingIsRefusedWhatComesAgainIsATrickle) {
  constexpr uint32_t kBatch = 100;
  Outbox outbox(kBatch, 1'000, 1);
  constexpr int kEvents = 5'000;
  for (int i = 0; i < kEvents; ++i) {
    const std::string record = Record("key-" + std::to_string(i), 1000);
    outbox.Add(RecordView(record.data()));
  }
  const auto refuse_all_that_may_be_sent = [&] {
    while (outbox.HasSendable()) {
      const Block& block = outbox.TakeBlock(now_);
      v1::IngestAnswer answer = Answer(block.batch);
      for (uint32_t i = 0; i < block.events; ++i) Except(answer, i, v1::RETRY_AFTER).set_retry_after_millis(10);
      outbox.OnAnswer(answer, now_);
    }
  };
  refuse_all_that_may_be_sent();
  const Outbox::Now end = now_ + std::chrono::seconds(10);
  while (now_ < end) {
    now_ = std::max(now_, *outbox.NextDue());
    outbox.PromoteDue(now_);
    refuse_all_that_may_be_sent();
  }
  EXPECT_EQ(outbox.tally().held, static_cast<uint64_t>(kEvents)) << "nothing is dropped";
  EXPECT_LE(outbox.tally().resent, kBatch * (RetryBudget::kBatchesMax + 11 * RetryBudget::kBatchesPerSecond));

  // It takes events again: all that was put off comes without waiting for the trickle.
  const Outbox::Now taken_again_at = now_;
  while (outbox.tally().held > 0) {
    now_ = std::max(now_, *outbox.NextDue());
    outbox.PromoteDue(now_);
    while (outbox.HasSendable()) outbox.OnAnswer(Answer(outbox.TakeBlock(now_).batch), now_);
  }
  EXPECT_LE(now_ - taken_again_at, std::chrono::seconds(2));
}

TEST_F(OutboxTest, WhileHalfIsRefusedTheOtherHalfDoesNotWaitForTheTrickle) {
  constexpr uint32_t kBatch = 100;
  Outbox outbox(kBatch, 1'000, 1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string record = Record("key-" + std::to_string(i), 1000);
    outbox.Add(RecordView(record.data()));
  }
  const auto refuse_every_other = [&] {
    while (outbox.HasSendable()) {
      const Block& block = outbox.TakeBlock(now_);
      v1::IngestAnswer answer = Answer(block.batch);
      for (uint32_t i = 1; i < block.events; i += 2) Except(answer, i, v1::RETRY_AFTER).set_retry_after_millis(10);
      outbox.OnAnswer(answer, now_);
    }
  };
  const Outbox::Now begin = now_;
  refuse_every_other();
  while (outbox.tally().held > 0) {
    now_ = std::max(now_, *outbox.NextDue());
    outbox.PromoteDue(now_);
    refuse_every_other();
  }
  EXPECT_LE(now_ - begin, std::chrono::seconds(2));
}

TEST_F(OutboxTest, OldestIsTheSmallestTimeOfEverythingHeldInWhateverState) {
  Add("a", 300);
  Add("b", 100);
  Add("c", 200);
  EXPECT_EQ(OldestNanos(), 100);
  Send();
  EXPECT_EQ(OldestNanos(), 100);
  v1::IngestAnswer answer = Answer(1);
  Except(answer, 1, v1::RETRY_AFTER).set_retry_after_millis(50);
  outbox_.OnAnswer(answer, now_);
  EXPECT_EQ(OldestNanos(), 100);
  outbox_.PromoteDue(*outbox_.NextDue());
  Send();
  outbox_.OnAnswer(Answer(3), now_);
  EXPECT_EQ(OldestNanos(), 200);
  outbox_.OnAnswer(Answer(2), now_);
  EXPECT_EQ(outbox_.Oldest(), std::nullopt);
}

TEST_F(OutboxTest, ABatchOfTheLargestEventsStaysWithinTheBytesOfABatch) {
  Outbox outbox(1000, 100, 1);
  const std::string key(256, 'k');
  const std::string name(64, 'n');
  const std::string value(128, 'v');
  for (int i = 0; i < 1000; ++i) {
    const std::vector<Label> labels(8, Label{name, value});
    const std::string record = Record(key, i, std::string(64, 'f'), {.labels = labels, .generation = 1});
    outbox.Add(RecordView(record.data()));
  }
  const Block& block = outbox.TakeBlock(now_);
  EXPECT_GT(block.events, 100u);
  EXPECT_LE(block.wire_bytes_max, Block::kWireBytesMax);
}

TEST_F(OutboxTest, WhatIsAbandonedIsCountedAndItsBytesGivenBack) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Add(key);
  outbox_.TakeBlock(now_);
  v1::IngestAnswer answer = Answer(1);
  Except(answer, 0, v1::RETRY_AFTER).set_retry_after_millis(50);
  const size_t freed = outbox_.OnAnswer(answer, now_);
  EXPECT_EQ(outbox_.Abandon(), bytes_ - freed);
  EXPECT_EQ(outbox_.tally().abandoned, 4u);
  EXPECT_EQ(outbox_.tally().held, 0u);
  EXPECT_FALSE(outbox_.HasSendable());
}

// Random histories against the obvious bookkeeping: nothing is lost, nothing counted twice, no byte left over.
TEST_F(OutboxTest, RandomHistoriesKeepEveryEventUntilItIsSettledOnce) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Outbox outbox(5, 3, seed);
  uint64_t added = 0;
  size_t bytes = 0;
  std::vector<std::pair<uint64_t, uint32_t>> unanswered;  // batch, events
  for (int step = 0; step < 20'000; ++step) {
    now_ += milliseconds(random() % 5);
    switch (random() % 8) {
      case 0:
      case 1:
      case 2: {
        const std::string record = Record("key-" + std::to_string(added++), static_cast<int64_t>(random() % 1000));
        bytes += record.size();
        outbox.Add(RecordView(record.data()));
        break;
      }
      case 3:
      case 4:
        if (outbox.HasSendable()) {
          const Block& block = outbox.TakeBlock(now_);
          unanswered.emplace_back(block.batch, block.events);
        }
        break;
      case 5:
        if (!unanswered.empty()) {
          const size_t chosen = random() % unanswered.size();
          v1::IngestAnswer answer = Answer(unanswered[chosen].first);
          for (uint32_t i = 0; i < unanswered[chosen].second; ++i) {
            const auto status = static_cast<v1::EventStatus>(random() % 5);
            if (status != v1::OK) Except(answer, i, status).set_retry_after_millis(random() % 40);
          }
          bytes -= outbox.OnAnswer(answer, now_);
          unanswered.erase(unanswered.begin() + static_cast<std::ptrdiff_t>(chosen));
        }
        break;
      case 6:
        outbox.PromoteDue(now_);
        break;
      case 7:
        if (random() % 20 == 0) {
          outbox.OnDisconnected();
          unanswered.clear();
        }
    }
    const Outbox::Tally& tally = outbox.tally();
    ASSERT_EQ(added, tally.acked + tally.invalid + tally.too_late + tally.held);
    ASSERT_EQ(outbox.Oldest().has_value(), tally.held > 0);
  }
  EXPECT_EQ(outbox.Abandon(), bytes);
}

}  // namespace
}  // namespace oneway::client
