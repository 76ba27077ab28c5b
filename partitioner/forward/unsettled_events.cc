// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/unsettled_events.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

namespace oneway::partitioner::forward {
namespace {

using route::Columns;
using route::Position;

constexpr size_t kSpareChunksMax = 2;

}  // namespace

void UnsettledEvents::Append(const Columns& events, std::shared_ptr<route::BatchTicket> ticket, size_t bytes,
                             MonotonicTime now) {
  ChunkFor(events).Append(events);
  SkipSentChunks();
  spans_.push_back({std::move(ticket), static_cast<uint32_t>(events.count()), bytes, now});
  oldest_.PushBack(*std::ranges::min_element(events.times_unix_nanos));
  events_ += events.count();
}

Columns& UnsettledEvents::ChunkFor(const Columns& events) {
  if (!chunks_.empty()) {
    Columns& last = chunks_.back();
    const bool fits = last.count() + events.count() <= event::kFrameEventsMax &&
                      last.bytes() + events.bytes() <= event::kFrameBytesMax;
    if (fits || last.empty()) return last;
  }
  if (spare_.empty()) {
    chunks_.emplace_back();
  } else {
    chunks_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  return chunks_.back();
}

void UnsettledEvents::SkipSentChunks() {
  if (send_chunk_ + 1 < chunks_.size() && send_from_.event == chunks_[send_chunk_].count()) {
    ++send_chunk_;
    send_from_ = {};
  }
}

std::optional<UnsettledEvents::Stretch> UnsettledEvents::Unsent() const {
  if (sent_ == events_) return std::nullopt;
  return Stretch{&chunks_[send_chunk_], send_from_};
}

bool UnsettledEvents::HasFullFrame() const {
  if (sent_ == events_) return false;
  if (send_chunk_ + 1 < chunks_.size()) return true;  // nothing more will be added to that chunk
  const Columns& last = chunks_.back();
  return last.count() - send_from_.event >= event::kFrameEventsMax || last.bytes() >= event::kFrameBytesMax;
}

void UnsettledEvents::MarkSent(const Position& end) {
  CHECK_GT(end.event, send_from_.event);
  sent_ += end.event - send_from_.event;
  send_from_ = end;
  SkipSentChunks();
}

void UnsettledEvents::Rewind() {
  sent_ = 0;
  send_chunk_ = 0;
  send_from_ = {};
  if (events_ == 0) return;
  chunks_.front().Advance(send_from_, front_event_);
}

void UnsettledEvents::Settle(uint64_t events, std::span<const FrontException> exceptions, Settled& settled) {
  CHECK_LE(events, sent_);
  const size_t first_part = settled.parts.size();
  Walker walker;
  for (const FrontException& exception : exceptions) TakeException(exception, walker, first_part, settled);

  for (uint64_t left = events; left > 0;) {
    Span& front = spans_.front();
    const auto taken = static_cast<uint32_t>(std::min<uint64_t>(left, front.events));
    left -= taken;
    front.events -= taken;
    if (front.events > 0) {
      settled.parts.push_back({front.put_off ? nullptr : front.ticket, taken, 0, front.appended_at});
      continue;
    }
    settled.parts.push_back({front.put_off ? nullptr : std::move(front.ticket), taken, front.bytes, front.appended_at});
    spans_.pop_front();
    oldest_.PopFront();
  }
  DropFront(events);
}

void UnsettledEvents::TakeException(const FrontException& exception, Walker& walker, size_t first_part,
                                    Settled& settled) const {
  while (exception.event >= walker.span_begin + spans_[walker.span].events) {
    walker.span_begin += spans_[walker.span++].events;
  }
  const uint64_t event = exception.event + front_event_;  // counted from the start of the first chunk
  while (event >= walker.chunk_begin + chunks_[walker.chunk].count()) {
    walker.chunk_begin += chunks_[walker.chunk++].count();
  }
  const uint16_t index = chunks_[walker.chunk].batch_indices[event - walker.chunk_begin];
  settled.exceptions.push_back({first_part + walker.span, index, exception.outcome});
}

std::vector<UnsettledEvents::PutOff> UnsettledEvents::PutOffAll() {
  std::vector<PutOff> all;
  if (spans_.empty() || spans_.back().put_off) return all;  // all were, and nothing came since
  size_t chunk = 0;
  size_t event = front_event_;  // in that chunk
  for (Span& span : spans_) {
    PutOff put_off{.ticket = span.ticket, .batch_indices = {}};
    for (uint32_t i = 0; i < span.events; ++i, ++event) {
      for (; event == chunks_[chunk].count(); event = 0) ++chunk;
      if (!span.put_off) put_off.batch_indices.push_back(chunks_[chunk].batch_indices[event]);
    }
    if (!std::exchange(span.put_off, true)) all.push_back(std::move(put_off));
  }
  return all;
}

void UnsettledEvents::DropFront(uint64_t events) {
  events_ -= events;
  sent_ -= events;
  front_event_ += events;
  while (chunks_.size() > 1 && front_event_ >= chunks_.front().count()) {
    Columns drained = std::move(chunks_.front());
    chunks_.pop_front();
    CHECK_GT(send_chunk_, 0u);
    --send_chunk_;
    front_event_ -= drained.count();
    drained.Clear();
    if (spare_.size() < kSpareChunksMax) spare_.push_back(std::move(drained));
  }
  if (events_ > 0 || chunks_.empty()) return;
  chunks_.front().Clear();
  front_event_ = 0;
  send_from_ = {};
}

std::vector<size_t> UnsettledEvents::SharesOf(std::span<const Columns> parts, size_t bytes) {
  std::vector<size_t> shares;
  size_t first = parts.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    shares.push_back(parts[i].bytes());
    CHECK_GE(bytes, shares[i]);
    bytes -= shares[i];
    if (!parts[i].empty()) first = std::min(first, i);
  }
  if (first < parts.size()) shares[first] += bytes;  // what the batch took besides its events
  return shares;
}

void UnsettledEvents::SplitInto(std::span<UnsettledEvents* const> parts) {
  Rewind();
  std::vector<Columns> split(parts.size());
  for (Span& span : spans_) {
    for (uint32_t left = span.events; left > 0;) {
      const size_t together = std::min<size_t>(left, chunks_[send_chunk_].count() - send_from_.event);
      route::SplitByShard(chunks_[send_chunk_], send_from_, together, split);
      left -= static_cast<uint32_t>(together);
      SkipSentChunks();
    }
    const std::vector<size_t> shares = SharesOf(split, span.bytes);
    for (size_t i = 0; i < parts.size(); ++i) {
      if (split[i].empty()) continue;
      parts[i]->Append(split[i], span.ticket, shares[i], span.appended_at);
      parts[i]->spans_.back().put_off = span.put_off;
      split[i].Clear();
    }
  }
  *this = UnsettledEvents();
}

}  // namespace oneway::partitioner::forward
