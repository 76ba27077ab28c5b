// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/event/event.h"
#include "common/time/time.h"
#include "partitioner/forward/sliding_minimum.h"
#include "partitioner/route/batch_ticket.h"
#include "partitioner/route/columns.h"

namespace oneway::partitioner::forward {

// An outcome other than OK of one of the oldest events; `event` counts from 0 at the front of the queue.
struct FrontException {
  uint64_t event = 0;
  event::Outcome outcome;
};

// What a settlement took from the queue, to be told to the clients' batches once no lock is held.
struct Settled {
  struct Part {
    std::shared_ptr<route::BatchTicket> ticket;  // null: they were put off before
    uint32_t events = 0;
    size_t bytes = 0;  // of all that was appended together; with its last part
    MonotonicTime appended_at{};
  };
  struct Exception {
    size_t part = 0;           // index into `parts`
    uint32_t batch_index = 0;  // of the event in its batch
    event::Outcome outcome;
  };
  std::vector<Part> parts;
  std::vector<Exception> exceptions;
};

// The events of one lane that have no outcome yet, in order: a part that was sent, and behind it a part that was not.
//
//   front [ sent, not settled | not sent ] back
//
// Threading: external. Memory is reused: warm, it allocates for a batch at most, never for an event.
class UnsettledEvents {
 public:
  // What an appended batch takes besides its events.
  static constexpr size_t kBytesPerBatch = 128;
  // What appended `events` take here until all of them are settled.
  static size_t BytesOf(const route::Columns& events) { return kBytesPerBatch + events.bytes(); }

  // Shares out `bytes`, which were taken for the events of all `parts` and perhaps more; an empty part gets nothing,
  // and any other something, so that what is held is nothing only when all is settled.
  static std::vector<size_t> SharesOf(std::span<const route::Columns> parts, size_t bytes);

  // Adds `events` (not empty) of one batch at the back. `bytes` come back with their last settlement.
  void Append(const route::Columns& events, std::shared_ptr<route::BatchTicket> ticket, size_t bytes,
              MonotonicTime now);

  // The next events to send, as far as they lie together; none when all were sent.
  struct Stretch {
    const route::Columns* columns = nullptr;
    route::Position begin;
  };
  std::optional<Stretch> Unsent() const;
  // Whether there is as much to send as a frame holds.
  bool HasFullFrame() const;
  // When the oldest event was appended; meaningless when empty.
  MonotonicTime oldest_appended_at() const { return spans_.front().appended_at; }
  // The events of Unsent() before `end` were sent.
  void MarkSent(const route::Position& end);
  // Nothing counts as sent any more.
  void Rewind();

  // Takes the `events` oldest away; they must have been sent (a bug otherwise). `exceptions` are among them, ascending.
  // Adds to `settled`.
  void Settle(uint64_t events, std::span<const FrontException> exceptions, Settled& settled);

  // Events of a batch whose outcome is awaited no more.
  struct PutOff {
    std::shared_ptr<route::BatchTicket> ticket;
    std::vector<uint16_t> batch_indices;
  };
  // Puts off all events that were not put off before: they stay, to be sent and settled, but nobody hears of it.
  std::vector<PutOff> PutOffAll();

  // Moves everything to `parts`, by slot mod their number; the order within a slot stays. Leaves nothing.
  void SplitInto(std::span<UnsettledEvents* const> parts);

  uint64_t events() const { return events_; }
  uint64_t sent() const { return sent_; }
  // Smallest time of any event here, by whole appended batches; none when empty.
  std::optional<uint64_t> oldest_unix_nanos() const { return oldest_.Minimum(); }

 private:
  // The events of one batch that were appended together, as far as they are not settled.
  struct Span {
    std::shared_ptr<route::BatchTicket> ticket;  // also of those that were put off: it holds their series
    uint32_t events = 0;
    size_t bytes = 0;
    MonotonicTime appended_at{};
    bool put_off = false;
  };
  // Where an event lies, for walks from the front.
  struct Walker {
    size_t span = 0;
    uint64_t span_begin = 0;
    size_t chunk = 0;
    uint64_t chunk_begin = 0;
  };

  route::Columns& ChunkFor(const route::Columns& events);
  void SkipSentChunks();
  void TakeException(const FrontException& exception, Walker& walker, size_t first_part, Settled& settled) const;
  void DropFront(uint64_t events);

  std::deque<route::Columns> chunks_;  // each about a frame's worth; only the last is appended to
  std::vector<route::Columns> spare_;  // cleared chunks that keep their memory
  std::deque<Span> spans_;
  SlidingMinimum oldest_;      // smallest time of each of spans_
  uint64_t events_ = 0;        // not settled
  uint64_t sent_ = 0;          // of those
  size_t front_event_ = 0;     // first unsettled event of chunks_.front()
  size_t send_chunk_ = 0;      // next to send
  route::Position send_from_;  // in that chunk
};

}  // namespace oneway::partitioner::forward
