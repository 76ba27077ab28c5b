// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/client.h"
#include "client/internal/backoff.h"
#include "client/internal/batch_encoder.h"
#include "client/internal/byte_budget.h"
#include "client/internal/event_queue.h"
#include "client/internal/event_sink.h"
#include "client/internal/outbox.h"
#include "common/sync/mutex.h"

namespace oneway::client {

// The client's thread: takes events from the queue, sends them in batches, settles what is answered, and connects again
// when a stream ends.
//
// Flow: EventQueue -> Sender (Outbox, BatchEncoder) -> EventSink; the answers come back as a StreamListener.
// Threading: public functions are thread-safe but for Stop, which one thread calls once. Sink, encoder and connection
// state belong to the sender's thread; the queue and the budget must outlive it.
class Sender final : private StreamListener {
 public:
  // Starts the thread.
  Sender(const Options& options, EventQueue& queue, ByteBudget& budget, std::unique_ptr<EventSink> sink);

  // Requires that Stop was called.
  ~Sender() override;

  // Somebody appended to the queue while its drainer slept.
  void Wake() noexcept;

  // Counters of queue and outbox at one instant.
  Counters counters() const;
  Connection connection() const;

  // Waits at most so long until all that the (closed) queue holds is settled, then drops the rest and ends the thread.
  void Stop(std::chrono::nanoseconds grace);

 private:
  using Now = std::chrono::steady_clock::time_point;

  // What other threads tell this one.
  struct Signals {
    bool woken = false;
    bool stop = false;   // drop what is left
    bool drain = false;  // say so when nothing is left
    bool writable = false;
    std::vector<v1::IngestAnswer> answers;
    std::optional<StreamEnd> end;

    bool Any() const { return woken || stop || writable || end.has_value() || !answers.empty(); }
  };

  void OnWritable() override;
  void OnAnswer(const v1::IngestAnswer& answer) override;
  void OnEnd(const StreamEnd& end) override;

  void Run();
  Signals AwaitSignals();
  Now NextWakeup(Now now);
  bool MayNap(Now now) const;
  void React(Signals& signals, Now now);
  void SettleAnswers(const std::vector<v1::IngestAnswer>& answers, Now now);
  void Disconnect(const StreamEnd& end, Now now);
  void Collect(Now now);
  void Connect(Now now);
  void SendNext(Now now);
  void ReportIfDrained();
  bool HasNothingLeft() const;
  void AbandonRest();

  const Options options_;
  EventQueue& queue_;
  ByteBudget& budget_;
  const std::unique_ptr<EventSink> sink_;

  // Changed by the sender's thread under state_mutex_, so that it reads them without.
  mutable sync::Mutex state_mutex_;  // before the queue's
  Outbox outbox_;
  Connection connection_;

  // The sender's thread alone.
  BatchEncoder encoder_;
  v1::IngestBatch batch_;  // the one being sent
  Backoff backoff_;
  std::vector<Chunk> drained_;
  size_t next_target_ = 0;
  bool open_ = false;  // a stream is
  Now opened_at_{};
  bool writable_ = false;
  Now connect_at_{};      // not earlier, when no stream is open
  Now last_collected_{};  // when the queue had something last

  sync::Mutex signals_mutex_;
  sync::ConditionVariable signalled_;
  sync::ConditionVariable drained_changed_;
  Signals signals_ ONEWAY_GUARDED_BY(signals_mutex_);
  bool is_drained_ ONEWAY_GUARDED_BY(signals_mutex_) = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace oneway::client
