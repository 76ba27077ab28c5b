// SPDX-License-Identifier: Apache-2.0
#include "client/internal/event_queue.h"

#include <algorithm>
#include <new>
#include <thread>
#include <utility>

#include "client/internal/validate.h"

namespace oneway::client {
namespace {

// What a shard takes from the budget at a time, so that threads rarely meet there.
constexpr size_t kCreditBytes = size_t{4} << 10;
constexpr size_t kShardsMax = 16;

size_t ShardCount() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 2, kShardsMax);
}

// Numbers the process's threads in the order in which they first come here.
uint32_t ThreadNumber() {
  static std::atomic<uint32_t> next{0};
  static thread_local const uint32_t number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

EventQueue::EventQueue(ByteBudget& budget) : budget_(budget), shards_(ShardCount()) {}

EventQueue::Shard& EventQueue::ShardOfThread() {
  return shards_[ThreadNumber() % shards_.size()];
}

bool EventQueue::TakeBytes(Shard& shard, size_t bytes) {
  if (shard.credit < bytes) {
    if (budget_.Take(kCreditBytes)) {
      shard.credit += kCreditBytes;
    } else if (budget_.Take(bytes)) {
      shard.credit += bytes;
    } else {
      return false;
    }
  }
  shard.credit -= bytes;
  return true;
}

char* EventQueue::Reserve(Shard& shard, size_t bytes) {
  if (!TakeBytes(shard, bytes)) return nullptr;
  if (char* record = shard.active.Append(bytes)) return record;
  try {
    Chunk next;
    shard.full.push_back(std::move(shard.active));
    shard.active = std::move(next);
  } catch (const std::bad_alloc&) {
    shard.credit += bytes;
    return nullptr;
  }
  return shard.active.Append(bytes);
}

Outcome EventQueue::Append(event::Kind kind, std::string_view flow, std::string_view key,
                           const EventOptions& options) noexcept {
  Shard& shard = ShardOfThread();
  if (WhyInvalid(kind, flow, key, options) != nullptr) {
    sync::MutexLock lock(shard.mutex);
    ++shard.counts.dropped_invalid_argument;
    return Outcome::kInvalidArgument;
  }
  EventOptions timed = options;
  if (kind == event::Kind::kStart || kind == event::Kind::kCompleted) timed.end_id = {};
  if (timed.time == Time{}) timed.time = std::chrono::system_clock::now();
  const size_t bytes = RecordBytes(flow, key, timed);

  sync::MutexLock lock(shard.mutex);
  if (shard.closed) {
    ++shard.counts.dropped_after_shutdown;
    return Outcome::kShutdown;
  }
  char* record = Reserve(shard, bytes);
  if (record == nullptr) {
    ++shard.counts.dropped_queue_full;
    return Outcome::kQueueFull;
  }
  WriteRecord(kind, flow, key, timed, record);
  shard.oldest_unix_nanos = std::min<int64_t>(shard.oldest_unix_nanos, timed.time.time_since_epoch().count());
  ++shard.counts.accepted;
  ++shard.counts.queued;
  return Outcome::kQueued;
}

Chunk EventQueue::SpareChunk() {
  if (spare_.empty()) return Chunk();
  Chunk chunk = std::move(spare_.back());
  spare_.pop_back();
  return chunk;
}

void EventQueue::Drain(std::vector<Chunk>& chunks) {
  for (Shard& shard : shards_) {
    {
      sync::MutexLock lock(shard.mutex);
      budget_.Give(std::exchange(shard.credit, 0));
      if (shard.counts.queued == 0) continue;
    }
    // Allocated outside of the lock. Only this thread takes records away, so they are still there.
    Chunk spare = SpareChunk();
    std::vector<Chunk> full;
    {
      sync::MutexLock lock(shard.mutex);
      full.swap(shard.full);
      std::swap(spare, shard.active);
      shard.counts.queued = 0;
      shard.oldest_unix_nanos = kNone;
    }
    std::move(full.begin(), full.end(), std::back_inserter(chunks));
    chunks.push_back(std::move(spare));
  }
}

void EventQueue::Recycle(std::vector<Chunk>& chunks) {
  for (Chunk& chunk : chunks) {
    if (spare_.size() == shards_.size()) break;
    chunk.Clear();
    spare_.push_back(std::move(chunk));
  }
  chunks.clear();
}

bool EventQueue::IsEmpty() const {
  return std::all_of(shards_.begin(), shards_.end(), [](const Shard& shard) {
    sync::MutexLock lock(shard.mutex);
    return shard.counts.queued == 0;
  });
}

std::optional<Time> EventQueue::Oldest() const {
  int64_t oldest = kNone;
  for (const Shard& shard : shards_) {
    sync::MutexLock lock(shard.mutex);
    oldest = std::min(oldest, shard.oldest_unix_nanos);
  }
  if (oldest == kNone) return std::nullopt;
  return Time(std::chrono::nanoseconds(oldest));
}

void EventQueue::Close() {
  for (Shard& shard : shards_) {
    sync::MutexLock lock(shard.mutex);
    shard.closed = true;
  }
}

EventQueue::Counts EventQueue::counts() const {
  Counts sum;
  for (const Shard& shard : shards_) {
    sync::MutexLock lock(shard.mutex);
    sum.accepted += shard.counts.accepted;
    sum.queued += shard.counts.queued;
    sum.dropped_queue_full += shard.counts.dropped_queue_full;
    sum.dropped_invalid_argument += shard.counts.dropped_invalid_argument;
    sum.dropped_after_shutdown += shard.counts.dropped_after_shutdown;
  }
  return sum;
}

}  // namespace oneway::client
