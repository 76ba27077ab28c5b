// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/lane.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::partitioner::forward {
namespace {

constexpr std::chrono::microseconds kDistanceForEachEvent{50};

// Of queue_wait_max: below this share of it nobody waits for long, however many there are.
constexpr int kWaitedShareDivisor = 4;

event::Outcome OutcomeOf(const v1::EventSettlement& settlement) {
  return {static_cast<event::Status>(settlement.status()), static_cast<event::InvalidReason>(settlement.reason()),
          settlement.retry_after_millis()};
}

bool IsException(v1::EventStatus status) {
  return status != v1::OK && v1::EventStatus_IsValid(status);
}

}  // namespace

Lane::Lane(const LaneContext& context, UnsettledEvents waiting)
    : context_(context), queue_(std::move(waiting)), encoder_(context.series), waits_since_(context.clock.Monotonic()) {
  if (queue_.events() > 0) rate_.Begin(waits_since_);
}

void Lane::Append(const route::Columns& events, std::shared_ptr<route::BatchTicket> ticket, size_t bytes) {
  const MonotonicTime now = context_.clock.Monotonic();
  bool is_due_before_next_look = false;
  {
    const sync::MutexLock lock(mutex_);
    if (queue_.events() == 0) {
      waits_since_ = now;
      rate_.Begin(now);
    }
    queue_.Append(events, std::move(ticket), bytes, now);
    is_due_before_next_look = queue_.HasFullFrame() || NextDue() < next_look_at_;
  }
  if (is_due_before_next_look) due_.NotifyOne();
}

bool Lane::IsBehind() const {
  const MonotonicTime now = context_.clock.Monotonic();
  const sync::MutexLock lock(mutex_);
  if (queue_.events() == 0) return false;
  const Duration waited = now - queue_.oldest_appended_at();
  if (waited >= context_.queue_wait_max) return true;
  if (waited < context_.queue_wait_max / kWaitedShareDivisor || queue_.events() < event::kFrameEventsMax) return false;
  return rate_.TimeFor(queue_.events()) >= context_.queue_wait_max;
}

void Lane::AnswerStalled() {
  std::vector<UnsettledEvents::PutOff> put_off;
  {
    const sync::MutexLock lock(mutex_);
    if (queue_.events() == 0 || context_.clock.Monotonic() - waits_since_ < context_.stall_wait_max) return;
    put_off = queue_.PutOffAll();
  }
  for (const UnsettledEvents::PutOff& part : put_off) {
    const auto events = static_cast<uint32_t>(part.batch_indices.size());
    for (const uint16_t index : part.batch_indices) part.ticket->Except(index, kComeAgain);
    context_.figures.events_put_off.fetch_add(events, std::memory_order_relaxed);
    part.ticket->Settle(events);
  }
}

void Lane::BeginStream() {
  const sync::MutexLock lock(mutex_);
  ForgetSent();
  encoder_.Reset();
  settled_ = 0;
  next_events_at_ = {};
  streaming_ = true;
  spoke_ = false;
}

bool Lane::NextFrame(v1::ForwardFrame& frame) {
  const MonotonicTime now = context_.clock.Monotonic();
  // Before the queue is looked at: an event on its way from there to here is then seen in one of the two.
  const std::optional<Time> held = context_.held.Oldest(now);
  const sync::MutexLock lock(mutex_);
  if (!streaming_ || !FrameIsDue(now)) return false;
  frame.Clear();
  AddLowMark(held, frame);
  AddEvents(frame);
  last_frame_at_ = now;
  if (frame.has_events()) {
    next_events_at_ = now + std::min<Duration>(context_.flush_interval, kDistanceForEachEvent * frame.events().count());
  }
  spoke_ = true;
  return true;
}

bool Lane::FrameIsDue(MonotonicTime now) const {
  return queue_.HasFullFrame() || now >= NextDue();
}

MonotonicTime Lane::NextDue() const {
  if (!spoke_) return {};
  const MonotonicTime silence_ends = last_frame_at_ + context_.mark_interval;
  if (queue_.sent() == queue_.events()) return silence_ends;
  return std::min(silence_ends, next_events_at_);
}

// Soon after a frame there will be more, as a rule: so it is looked for then, and nobody has to wake anybody.
MonotonicTime Lane::NextLook(MonotonicTime now) const {
  return now < next_events_at_ ? std::min(next_events_at_, NextDue()) : NextDue();
}

void Lane::AddLowMark(std::optional<Time> held, v1::ForwardFrame& frame) {
  Time mark = context_.clock.Wall();
  if (held) mark = std::min(mark, *held);
  uint64_t mark_nanos = ToUnixNanos(mark);
  // Also what was sent counts until it is settled: should this stream break, it comes again on the next.
  if (const auto oldest = queue_.oldest_unix_nanos()) mark_nanos = std::min(mark_nanos, *oldest);
  frame.set_low_mark_unix_nanos(std::max<uint64_t>(mark_nanos, 1));  // 0 would say nothing
  context_.figures.low_mark_unix_nanos.store(mark_nanos, std::memory_order_relaxed);
}

void Lane::AddEvents(v1::ForwardFrame& frame) {
  const auto unsent = queue_.Unsent();
  if (!unsent) return;
  v1::EventColumns& events = *frame.mutable_events();
  queue_.MarkSent(encoder_.Encode(*unsent->columns, unsent->begin, settled_ + queue_.sent() + 1, events));
  events.set_slot_epoch(context_.slot_epoch);
  context_.figures.events_sent.fetch_add(events.count(), std::memory_order_relaxed);
}

bool Lane::WaitForFrame() {
  const sync::MutexLock lock(mutex_);
  while (streaming_) {
    const MonotonicTime now = context_.clock.Monotonic();
    if (FrameIsDue(now)) return true;
    next_look_at_ = NextLook(now);
    due_.WaitUntil(mutex_, next_look_at_);
  }
  return false;
}

void Lane::EndStream() {
  const sync::MutexLock lock(mutex_);
  streaming_ = false;
  due_.NotifyAll();
}

absl::Status Lane::Settle(const v1::SettleFrame& frame) {
  {
    const sync::MutexLock lock(mutex_);
    if (absl::Status status = CheckSettlement(frame); !status.ok()) return status;
    exceptions_.clear();
    for (const v1::EventSettlement& exception : frame.exceptions()) {
      exceptions_.push_back({exception.event() - settled_ - 1, OutcomeOf(exception)});
    }
    const MonotonicTime now = context_.clock.Monotonic();
    if (frame.settled() > settled_) waits_since_ = now;
    rate_.Settled(frame.settled() - settled_, now);
    queue_.Settle(frame.settled() - settled_, exceptions_, taken_);
    settled_ = frame.settled();
  }
  // Before any client hears of it: from then on the joiner must not have less.
  if (frame.has_mark()) context_.highest_mark.Acked({frame.mark().run(), frame.mark().commit()});
  Answer();
  return absl::OkStatus();
}

absl::Status Lane::CheckSettlement(const v1::SettleFrame& frame) const {
  const uint64_t last_sent = settled_ + queue_.sent();
  if (frame.settled() < settled_ || frame.settled() > last_sent) {
    return absl::InternalError(absl::StrCat("the joiner settled up to event ", frame.settled(), ", but ", settled_,
                                            " were settled and ", last_sent, " sent"));
  }
  uint64_t previous = settled_;
  for (const v1::EventSettlement& exception : frame.exceptions()) {
    if (exception.event() <= previous || exception.event() > frame.settled() || !IsException(exception.status())) {
      return absl::InternalError(absl::StrCat("the joiner gave event ", exception.event(), " the status ",
                                              static_cast<int>(exception.status()), " in a frame for events ",
                                              settled_ + 1, " to ", frame.settled()));
    }
    previous = exception.event();
  }
  return absl::OkStatus();
}

void Lane::Answer() {
  const MonotonicTime now = context_.clock.Monotonic();
  for (const Settled::Exception& exception : taken_.exceptions) {
    const auto& ticket = taken_.parts[exception.part].ticket;
    if (ticket != nullptr) ticket->Except(exception.batch_index, exception.outcome);
  }
  for (const Settled::Part& part : taken_.parts) {
    context_.figures.RecordSettled(now - part.appended_at, part.events);
    context_.figures.events_settled.fetch_add(part.events, std::memory_order_relaxed);
    if (part.ticket != nullptr) part.ticket->Settle(part.events);
    if (part.bytes > 0) context_.budget.Return(context_.joiner, part.bytes);
  }
  taken_.parts.clear();
  taken_.exceptions.clear();
}

UnsettledEvents Lane::TakeUnsettled() {
  const sync::MutexLock lock(mutex_);
  ForgetSent();
  return std::exchange(queue_, {});
}

void Lane::ForgetSent() {
  context_.figures.events_resent.fetch_add(queue_.sent(), std::memory_order_relaxed);
  queue_.Rewind();
}

uint64_t Lane::unsettled_events() const {
  const sync::MutexLock lock(mutex_);
  return queue_.events();
}

}  // namespace oneway::partitioner::forward
