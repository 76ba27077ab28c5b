// SPDX-License-Identifier: Apache-2.0
#include "client/internal/outbox.h"

#include <algorithm>
#include <utility>

#include "oneway/v1/event.pb.h"
#include "oneway/v1/ingest.pb.h"

namespace oneway::client {
namespace {

// Events that are due within such a time of each other share a block.
constexpr std::chrono::milliseconds kDueGrain{10};

// Of the time after which an event is to come again: by so much at most it comes later, at random, so that the clients
// of an overloaded partitioner do not come in step.
constexpr double kJitterShare = 0.5;

Outbox::Now RoundUp(Outbox::Now due) {
  const auto since_epoch = due.time_since_epoch();
  const auto beyond = since_epoch % kDueGrain;
  return beyond.count() == 0 ? due : due - beyond + kDueGrain;
}

}  // namespace

void Outbox::Add(const RecordView& record) {
  ++tally_.held;
  const bool opens_block =
      pending_.empty() || pending_.back().was_sent || !pending_.back().HasRoomFor(record, batch_events_max_);
  if (opens_block) {
    pending_.emplace_back();
  } else {
    Forget(pending_.back());
  }
  pending_.back().Add(record);
  Remember(pending_.back());
}

const Block& Outbox::TakeBlock(Now now) {
  Block block = std::move(pending_.front());
  pending_.pop_front();
  if (block.was_sent) tally_.resent += block.events;
  block.was_sent = true;
  block.batch = next_batch_++;
  block.sent_at = now;
  return window_.emplace(block.batch, std::move(block)).first->second;
}

size_t Outbox::OnAnswer(const v1::IngestAnswer& answer, Now now) {
  auto node = window_.extract(answer.batch());
  if (node.empty()) return 0;
  const Block& block = node.mapped();
  Forget(block);

  // One for the whole answer, so that what it puts off still travels together.
  Kept kept{.delay_factor = std::uniform_real_distribution<double>(1, 1 + kJitterShare)(random_)};
  uint32_t index = 0;
  auto exception = answer.exceptions().begin();
  block.ForEach([&](const RecordView& record) {
    // Ascending by index; what does not ascend names no event and is passed over.
    while (exception != answer.exceptions().end() && exception->index() < index) ++exception;
    if (exception != answer.exceptions().end() && exception->index() == index) {
      Settle(record, *exception, now, kept);
    } else {
      ++tally_.acked;
      --tally_.held;
    }
    ++index;
  });
  const uint32_t succeeded = block.events - kept.events;
  retries_.Succeeded(block.took_tokens ? succeeded : 0, block.took_tokens ? 0 : succeeded);
  return block.bytes.size() - kept.bytes;
}

void Outbox::Settle(const RecordView& record, const v1::EventException& exception, Now now, Kept& kept) {
  if (exception.status() == v1::RETRY_AFTER) {
    ++kept.events;
    kept.bytes += record.bytes().size();
    const std::chrono::duration<double, std::milli> delay(exception.retry_after_millis() * kept.delay_factor);
    Delay(record, now + std::chrono::ceil<std::chrono::milliseconds>(delay));
    return;
  }
  --tally_.held;
  switch (exception.status()) {
    case v1::OK:
      ++tally_.acked;
      return;
    case v1::DUPLICATE:
      ++tally_.acked;
      ++tally_.duplicate;
      return;
    case v1::TOO_LATE:
      ++tally_.too_late;
      return;
    default: {
      // Also a status of a later version of the wire: it was not OK, and to send again would meet it again.
      const auto reason = static_cast<size_t>(exception.reason());
      ++tally_.invalid;
      ++tally_.invalid_by_reason[reason < Counters::kReasons ? reason : 0];
    }
  }
}

void Outbox::Delay(const RecordView& record, Now due) {
  const Now key = RoundUp(due);
  // The last block of a key is the only one that may have room.
  auto after = delayed_.upper_bound(key);
  auto found = after == delayed_.begin() ? delayed_.end() : std::prev(after);
  if (found == delayed_.end() || found->first != key || !found->second.HasRoomFor(record, batch_events_max_)) {
    found = delayed_.emplace_hint(after, key, Block{.was_sent = true});
  } else {
    Forget(found->second);
  }
  found->second.Add(record);
  Remember(found->second);
}

void Outbox::OnDisconnected() {
  for (auto sent = window_.rbegin(); sent != window_.rend(); ++sent) pending_.push_front(std::move(sent->second));
  window_.clear();
}

void Outbox::PromoteDue(Now now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    Block& block = delayed_.begin()->second;
    if (!retries_.TryTake(block.events, now)) return;
    block.took_tokens = true;
    pending_.push_back(std::move(block));
    delayed_.erase(delayed_.begin());
  }
}

std::optional<Outbox::Now> Outbox::NextDue() const {
  if (delayed_.empty()) return std::nullopt;
  const auto& [due, block] = *delayed_.begin();
  return std::max(due, retries_.AvailableAt(block.events));
}

std::optional<Outbox::Now> Outbox::OldestSending() const {
  if (window_.empty()) return std::nullopt;
  return window_.begin()->second.sent_at;
}

std::optional<Time> Outbox::Oldest() const {
  if (oldest_.empty()) return std::nullopt;
  return Time(std::chrono::nanoseconds(*oldest_.begin()));
}

size_t Outbox::Abandon() {
  size_t bytes = 0;
  for (const Block& block : pending_) bytes += block.bytes.size();
  for (const auto& [batch, block] : window_) bytes += block.bytes.size();
  for (const auto& [due, block] : delayed_) bytes += block.bytes.size();
  pending_.clear();
  window_.clear();
  delayed_.clear();
  oldest_.clear();
  tally_.abandoned += std::exchange(tally_.held, 0);
  return bytes;
}

}  // namespace oneway::client
