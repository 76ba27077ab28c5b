// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "common/event/event.h"
#include "common/hash/slot_map.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/forward/buffer_budget.h"
#include "partitioner/forward/frame_encoder.h"
#include "partitioner/forward/highest_mark.h"
#include "partitioner/forward/link_figures.h"
#include "partitioner/forward/settle_rate.h"
#include "partitioner/forward/unsettled_events.h"
#include "partitioner/route/held_times.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::forward {

// The answer to an event that its joiner cannot take now: long enough for a joiner to commit what fills the buffer,
// short enough to go unnoticed by the client's users.
inline constexpr event::Outcome kComeAgain{.status = event::Status::kRetryAfter, .retry_after_millis = 500};

// What all lanes of a joiner share. All of it outlives them.
struct LaneContext {
  hash::JoinerIndex joiner{};
  uint64_t slot_epoch = 0;
  Duration flush_interval = std::chrono::milliseconds(4);  // the longest that an event waits for others
  Duration mark_interval = std::chrono::seconds(1);        // longest silence
  Duration queue_wait_max = std::chrono::seconds(1);       // of an event for its outcome; then the lane takes no more
  Duration stall_wait_max = std::chrono::seconds(2);       // without any settlement; then those who wait are told to go
  const time::Clock& clock;
  const route::SeriesTable& series;
  route::HeldTimes& held;
  HighestMark& highest_mark;
  BufferBudget& budget;
  LinkFigures& figures;
};

// The way to one shard of one joiner: gathers events, cuts frames, keeps what is not settled, and hands outcomes to the
// batches. It knows nothing of connections: a stream that breaks is followed by BeginStream, and everything unsettled
// is sent again, in order.
//
// A frame has a price of its own, on both sides, so one with many events is not followed at once: the next comes 50 us
// later for each of its events, flush_interval at most, and sooner only when full. One with few is, since somebody may
// wait for each answer before sending on.
//
// Flow: ingest threads append; a LaneStream takes frames for the joiner and brings its settlements.
// Threading: thread-safe; NextFrame and WaitForFrame from one thread at a time, Settle from one thread at a time.
class Lane {
 public:
  // `waiting` are events that another lane left.
  explicit Lane(const LaneContext& context, UnsettledEvents waiting = {});

  // Adds events of one batch, for which `bytes` were taken from the budget. An event that comes back to the ticket as
  // OK was settled by the joiner.
  void Append(const route::Columns& events, std::shared_ptr<route::BatchTicket> ticket, size_t bytes);

  // Whether another event would wait for more than queue_wait_max: the oldest does, or has waited for a part of it and
  // as many are here, a full frame at least, as the joiner was seen to settle in that time. The latter keeps an
  // overload from filling the lane first; with less than a frame under way what was settled says little about what
  // could be.
  bool IsBehind() const;
  // Where the joiner has settled nothing for stall_wait_max: answers RETRY_AFTER for all events that wait, so that the
  // batches they came in, and with them the events for other joiners, go on. They stay here and are sent as ever; the
  // joiner recognises what comes again. To be called a few times a second.
  void AnswerStalled();

  // A new stream: numbers from 1, an empty dictionary, and all unsettled events to be sent first.
  void BeginStream();
  // Fills `frame` with what is due; false when nothing is. Never blocks.
  bool NextFrame(v1::ForwardFrame& frame);
  // Waits until NextFrame may have something; false when the stream is to end.
  bool WaitForFrame();
  // Makes WaitForFrame return false until the next BeginStream.
  void EndStream();
  // Takes the joiner's word. An error means that the joiner broke the protocol; then nothing was taken from the frame,
  // and the stream must be given up.
  absl::Status Settle(const v1::SettleFrame& frame);

  // Takes all unsettled events away, for lanes of another number of shards. No stream may run.
  UnsettledEvents TakeUnsettled();

  uint64_t unsettled_events() const;

 private:
  void ForgetSent() ONEWAY_REQUIRES(mutex_);
  bool FrameIsDue(MonotonicTime now) const ONEWAY_REQUIRES(mutex_);
  MonotonicTime NextDue() const ONEWAY_REQUIRES(mutex_);
  MonotonicTime NextLook(MonotonicTime now) const ONEWAY_REQUIRES(mutex_);
  void AddEvents(v1::ForwardFrame& frame) ONEWAY_REQUIRES(mutex_);
  void AddLowMark(std::optional<Time> held, v1::ForwardFrame& frame) ONEWAY_REQUIRES(mutex_);
  absl::Status CheckSettlement(const v1::SettleFrame& frame) const ONEWAY_REQUIRES(mutex_);
  void Answer();

  const LaneContext& context_;
  mutable sync::Mutex mutex_;
  sync::ConditionVariable due_;
  UnsettledEvents queue_ ONEWAY_GUARDED_BY(mutex_);
  FrameEncoder encoder_ ONEWAY_GUARDED_BY(mutex_);
  uint64_t settled_ ONEWAY_GUARDED_BY(mutex_) = 0;  // number, in the running stream, of the last settled event
  bool streaming_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool spoke_ ONEWAY_GUARDED_BY(mutex_) = false;  // a frame was taken since BeginStream
  SettleRate rate_ ONEWAY_GUARDED_BY(mutex_);
  MonotonicTime waits_since_ ONEWAY_GUARDED_BY(mutex_);  // for the next settlement; meaningless when empty
  MonotonicTime last_frame_at_ ONEWAY_GUARDED_BY(mutex_){};
  MonotonicTime next_events_at_ ONEWAY_GUARDED_BY(mutex_){};  // a frame of them that is not full
  MonotonicTime next_look_at_ ONEWAY_GUARDED_BY(mutex_){};    // when whoever waits for a frame wakes by itself

  // Reused from settlement to settlement; only the settling thread uses them.
  std::vector<FrontException> exceptions_;
  Settled taken_;
};

}  // namespace oneway::partitioner::forward
