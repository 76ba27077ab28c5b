// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "client/client.h"
#include "client/internal/block.h"
#include "client/internal/record.h"
#include "client/internal/retry_budget.h"

namespace oneway::v1 {
class EventException;
class IngestAnswer;
}  // namespace oneway::v1

namespace oneway::client {

// Keeps every event that was drained from the queue until it is settled, and decides what is sent when. Pure: no
// thread, no network, no clock but the `now` handed in.
//
//   Add -> pending -> TakeBlock -> window -> OnAnswer -> settled
//             ^                      |           |
//             +--- OnDisconnected ---+           +-> RETRY_AFTER: delayed -> PromoteDue -> pending
//
// What was put off comes again no earlier than it was told to, up to half as much later at random, and within the
// retry budget.
//
// Flow: Sender drives it between EventQueue and EventSink.
// Threading: external.
class Outbox {
 public:
  using Now = std::chrono::steady_clock::time_point;

  struct Tally {
    uint64_t held = 0;  // neither settled nor abandoned
    uint64_t acked = 0;
    uint64_t duplicate = 0;
    uint64_t invalid = 0;
    uint64_t too_late = 0;
    uint64_t abandoned = 0;
    uint64_t resent = 0;
    std::array<uint64_t, Counters::kReasons> invalid_by_reason{};
  };

  Outbox(uint32_t batch_events_max, uint32_t window_batches_max, uint64_t jitter_seed)
      : batch_events_max_(batch_events_max),
        window_batches_max_(window_batches_max),
        retries_(batch_events_max),
        random_(jitter_seed) {}

  // Takes over a copy of the record.
  void Add(const RecordView& record);

  // Whether a batch may be sent: there is one, and the window has room.
  bool HasSendable() const { return !pending_.empty() && window_.size() < window_batches_max_; }

  // The next block to send, under the batch number that it carries; it stays valid and unchanged until it is answered
  // or OnDisconnected. To be called when HasSendable().
  const Block& TakeBlock(Now now);

  // Settles a batch. Returns the bytes of the records that are no longer held. An answer to no batch of the window,
  // such as a repeated one, changes nothing.
  size_t OnAnswer(const v1::IngestAnswer& answer, Now now);

  // The stream is gone: all unanswered blocks are sent again, before anything else, in their order.
  void OnDisconnected();

  // Moves the events whose time to be sent again has come, as far as the retry budget goes, to what is pending.
  void PromoteDue(Now now);
  // When PromoteDue will move some.
  std::optional<Now> NextDue() const;

  // When the oldest unanswered block was sent.
  std::optional<Now> OldestSending() const;

  // Smallest time of any event held.
  std::optional<Time> Oldest() const;

  // Gives up everything held. Returns the bytes of its records.
  size_t Abandon();

  const Tally& tally() const { return tally_; }

 private:
  struct Kept {  // of one answer
    double delay_factor = 1;
    size_t bytes = 0;
    uint32_t events = 0;
  };
  void Settle(const RecordView& record, const v1::EventException& exception, Now now, Kept& kept);
  void Delay(const RecordView& record, Now due);

  // Each block that holds an event stands once in `oldest_`.
  void Remember(const Block& block) { oldest_.insert(block.oldest_unix_nanos); }
  void Forget(const Block& block) { oldest_.erase(oldest_.find(block.oldest_unix_nanos)); }

  const uint32_t batch_events_max_;
  const uint32_t window_batches_max_;
  uint64_t next_batch_ = 1;
  std::deque<Block> pending_;          // only the last one is still added to
  std::map<uint64_t, Block> window_;   // by batch number: in order of sending
  std::multimap<Now, Block> delayed_;  // by when they are due
  std::multiset<int64_t> oldest_;      // Unix nanoseconds
  RetryBudget retries_;
  std::minstd_rand random_;
  Tally tally_;
};

}  // namespace oneway::client
