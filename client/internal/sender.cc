// SPDX-License-Identifier: Apache-2.0
#include "client/internal/sender.h"

#include <algorithm>
#include <random>
#include <utility>

namespace oneway::client {
namespace {

// After so long without an event the thread no longer looks for new ones but has itself woken. Until then it looks
// every batch_delay, because to wake a thread takes many times as long as to append an event.
constexpr std::chrono::seconds kNapsAtMost{1};

// Wakes the thread even if nothing is to be done; bounds how wrong the clock arithmetic of a suspended machine can go.
constexpr std::chrono::hours kSleepMax{1};

// A stream that was answered and lasted for so long was a good one: its partitioner ends, perhaps in order, and there
// is no reason to wait before the next one is tried.
constexpr std::chrono::seconds kGoodStream{1};

}  // namespace

Sender::Sender(const Options& options, EventQueue& queue, ByteBudget& budget, std::unique_ptr<EventSink> sink)
    : options_(options),
      queue_(queue),
      budget_(budget),
      sink_(std::move(sink)),
      outbox_(options.batch_events_max, options.window_batches_max, std::random_device()()),
      backoff_(options.backoff_min, options.backoff_max, std::random_device()()),
      thread_([this] { Run(); }) {}

Sender::~Sender() = default;

void Sender::Wake() noexcept {
  sync::MutexLock lock(signals_mutex_);
  signals_.woken = true;
  signalled_.NotifyOne();
}

void Sender::OnWritable() {
  sync::MutexLock lock(signals_mutex_);
  signals_.writable = true;
  signalled_.NotifyOne();
}

void Sender::OnAnswer(const v1::IngestAnswer& answer) {
  sync::MutexLock lock(signals_mutex_);
  signals_.answers.push_back(answer);
  signalled_.NotifyOne();
}

void Sender::OnEnd(const StreamEnd& end) {
  sync::MutexLock lock(signals_mutex_);
  signals_.end = end;
  signalled_.NotifyOne();
}

Counters Sender::counters() const {
  // Nothing is drained meanwhile, so what left the queue is in the tally.
  sync::MutexLock lock(state_mutex_);
  const EventQueue::Counts queue = queue_.counts();
  const Outbox::Tally& tally = outbox_.tally();
  return {.accepted = queue.accepted,
          .acked = tally.acked,
          .duplicate = tally.duplicate,
          .invalid = tally.invalid,
          .too_late = tally.too_late,
          .dropped_at_shutdown = tally.abandoned,
          .in_flight = queue.queued + tally.held,
          .resent = tally.resent,
          .dropped_queue_full = queue.dropped_queue_full,
          .dropped_invalid_argument = queue.dropped_invalid_argument,
          .dropped_after_shutdown = queue.dropped_after_shutdown,
          .invalid_by_reason = tally.invalid_by_reason};
}

Connection Sender::connection() const {
  sync::MutexLock lock(state_mutex_);
  return connection_;
}

void Sender::Stop(std::chrono::nanoseconds grace) {
  const Now deadline = std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(grace, kSleepMax);
  {
    sync::MutexLock lock(signals_mutex_);
    signals_.drain = true;
    signals_.woken = true;
    signalled_.NotifyOne();
    bool in_time = true;
    while (!is_drained_ && in_time) in_time = drained_changed_.WaitUntil(signals_mutex_, deadline);
    signals_.stop = true;
    signalled_.NotifyOne();
  }
  thread_.join();
}

void Sender::Run() {
  while (true) {
    Signals signals = AwaitSignals();
    if (signals.stop) break;
    const Now now = std::chrono::steady_clock::now();
    React(signals, now);
    Collect(now);
    Connect(now);
    SendNext(now);
    if (signals.drain) ReportIfDrained();
  }
  sink_->Close();
  AbandonRest();
}

Sender::Signals Sender::AwaitSignals() {
  const Now now = std::chrono::steady_clock::now();
  const Now wakeup = NextWakeup(now);
  sync::MutexLock lock(signals_mutex_);
  bool in_time = true;
  while (!signals_.Any() && in_time) in_time = signalled_.WaitUntil(signals_mutex_, wakeup);
  queue_.SetDrainerAsleep(false);
  Signals taken = std::exchange(signals_, Signals{});
  signals_.drain = taken.drain;
  return taken;
}

// When to look again if nobody says anything. Asks to be woken by appending threads unless it looks soon anyway.
Sender::Now Sender::NextWakeup(Now now) {
  Now wakeup = now + kSleepMax;
  if (const auto due = outbox_.NextDue()) wakeup = std::min(wakeup, *due);
  if (const auto sent = outbox_.OldestSending()) wakeup = std::min(wakeup, *sent + options_.answer_wait_max);
  if (MayNap(now)) return std::min(wakeup, now + options_.batch_delay);
  if (!open_ && outbox_.HasSendable()) return std::min(wakeup, connect_at_);

  queue_.SetDrainerAsleep(true);
  // An event that came before the wish could be seen would otherwise wait for the next one.
  return queue_.IsEmpty() ? wakeup : now;
}

bool Sender::MayNap(Now now) const {
  return open_ && now - last_collected_ < kNapsAtMost;
}

void Sender::React(Signals& signals, Now now) {
  if (signals.writable) writable_ = true;
  SettleAnswers(signals.answers, now);
  if (signals.end.has_value()) {
    Disconnect(*signals.end, now);
    return;
  }
  const auto oldest_sending = outbox_.OldestSending();
  if (oldest_sending.has_value() && now - *oldest_sending >= options_.answer_wait_max) {
    Disconnect({.reason = "no answer within answer_wait_max"}, now);
  }
}

void Sender::SettleAnswers(const std::vector<v1::IngestAnswer>& answers, Now now) {
  if (answers.empty()) return;
  backoff_.Reset();
  size_t bytes = 0;
  {
    sync::MutexLock lock(state_mutex_);
    connection_.answering = true;
    for (const v1::IngestAnswer& answer : answers) bytes += outbox_.OnAnswer(answer, now);
  }
  budget_.Give(bytes);
}

void Sender::Disconnect(const StreamEnd& end, Now now) {
  sink_->Close();
  {
    // Close was the last to call the listener: what was said of this stream must not be taken for the next one's.
    sync::MutexLock lock(signals_mutex_);
    signals_.writable = false;
    signals_.answers.clear();
    signals_.end.reset();
  }
  open_ = false;
  writable_ = false;
  const bool was_good = connection_.answering && !end.retry_after.has_value() && now - opened_at_ >= kGoodStream;
  connect_at_ = was_good ? now : now + end.retry_after.value_or(std::chrono::nanoseconds(0)) + backoff_.Next();
  next_target_ = (next_target_ + 1) % options_.targets.size();
  sync::MutexLock lock(state_mutex_);
  outbox_.OnDisconnected();
  connection_.answering = false;
  connection_.last_error = end.reason;
}

void Sender::Collect(Now now) {
  sync::MutexLock lock(state_mutex_);
  outbox_.PromoteDue(now);
  queue_.Drain(drained_);
  if (drained_.empty()) return;
  last_collected_ = now;
  for (const Chunk& chunk : drained_) {
    chunk.ForEach([this](const RecordView& record) { outbox_.Add(record); });
  }
  queue_.Recycle(drained_);
}

void Sender::Connect(Now now) {
  if (open_ || now < connect_at_ || !outbox_.HasSendable()) return;
  const std::string& target = options_.targets[next_target_];
  {
    sync::MutexLock lock(state_mutex_);
    connection_.target = target;
  }
  open_ = true;
  opened_at_ = now;
  writable_ = true;
  sink_->Open(target, *this);
}

void Sender::SendNext(Now now) {
  if (!writable_ || !outbox_.HasSendable()) return;
  const Block* block = nullptr;
  std::optional<Time> oldest;
  {
    sync::MutexLock lock(state_mutex_);
    block = &outbox_.TakeBlock(now);
    oldest = outbox_.Oldest();
  }
  // The block stays as it is: only this thread's OnAnswer and OnDisconnected touch it.
  encoder_.Encode(*block, batch_);
  if (const auto queued = queue_.Oldest()) oldest = std::min(*oldest, *queued);
  batch_.set_oldest_unanswered_unix_nanos(static_cast<uint64_t>(oldest->time_since_epoch().count()));
  writable_ = false;
  sink_->Send(batch_);
}

bool Sender::HasNothingLeft() const {
  return outbox_.tally().held == 0 && queue_.IsEmpty();
}

void Sender::ReportIfDrained() {
  if (!HasNothingLeft()) return;
  sync::MutexLock lock(signals_mutex_);
  is_drained_ = true;
  drained_changed_.NotifyAll();
}

void Sender::AbandonRest() {
  size_t bytes = 0;
  {
    sync::MutexLock lock(state_mutex_);
    queue_.Drain(drained_);
    for (const Chunk& chunk : drained_) {
      chunk.ForEach([this](const RecordView& record) { outbox_.Add(record); });
    }
    queue_.Recycle(drained_);
    bytes = outbox_.Abandon();
  }
  budget_.Give(bytes);
}

}  // namespace oneway::client
