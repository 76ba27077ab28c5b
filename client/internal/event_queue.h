// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "client/internal/byte_budget.h"
#include "client/internal/record.h"
#include "common/event/event.h"
#include "common/sync/mutex.h"

namespace oneway::client {

// Records in a row, allocated at once.
// Threading: external.
class Chunk {
 public:
  static constexpr size_t kBytes = size_t{64} << 10;
  static_assert(kBytes >= kRecordBytesMax);

  Chunk() : data_(new char[kBytes]) {}

  // Room for a record of so many bytes; null when there is none.
  char* Append(size_t bytes) {
    if (used_ + bytes > kBytes) return nullptr;
    char* record = data_.get() + used_;
    used_ += bytes;
    return record;
  }
  void Clear() { used_ = 0; }
  bool empty() const { return used_ == 0; }

  // Calls `visit` with the RecordView of each record, in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t at = 0; at < used_;) {
      const RecordView record(data_.get() + at);
      visit(record);
      at += record.bytes().size();
    }
  }

 private:
  std::unique_ptr<char[]> data_;
  size_t used_ = 0;
};

// Where the service's threads leave their events. Each thread has a shard of its own as long as there are not more
// threads than shards, so that appending is an uncontended lock and a copy.
//
// Flow: Client::Start, End and the like -> Append; the client's thread -> Drain -> Outbox.
// Events of one thread keep their order.
// Threading: thread-safe; Drain and Recycle by one thread at a time. `budget` must outlive it.
class EventQueue {
 public:
  struct Counts {
    uint64_t accepted = 0;
    uint64_t queued = 0;  // accepted, and not drained
    uint64_t dropped_queue_full = 0;
    uint64_t dropped_invalid_argument = 0;
    uint64_t dropped_after_shutdown = 0;
  };

  explicit EventQueue(ByteBudget& budget);

  // Takes over an event whose bytes then count against the budget until somebody gives them back.
  // Time{} stands for now; options.end_id is what kStage, kPartStarted and kPartEnded name.
  Outcome Append(event::Kind kind, std::string_view flow, std::string_view key, const EventOptions& options) noexcept;

  // True while the drainer wants to be woken by whoever appends.
  bool IsDrainerAsleep() const { return drainer_asleep_.load(std::memory_order_relaxed); }

  // Says whether the drainer wants to be woken. To be followed by IsEmpty() before it sleeps: an event that was
  // appended before is seen there, and whoever appends later sees the wish.
  void SetDrainerAsleep(bool asleep) { drainer_asleep_.store(asleep); }

  // Moves all records to `chunks`, and gives what the shards took from the budget in advance back to it.
  void Drain(std::vector<Chunk>& chunks);

  // Takes drained chunks for use again.
  void Recycle(std::vector<Chunk>& chunks);

  bool IsEmpty() const;

  // Smallest time of what Drain would move.
  std::optional<Time> Oldest() const;

  // From now on Append says kShutdown.
  void Close();

  // Exact between two calls of Drain.
  Counts counts() const;

 private:
  struct alignas(64) Shard {
    mutable sync::Mutex mutex;
    Chunk active ONEWAY_GUARDED_BY(mutex);
    std::vector<Chunk> full ONEWAY_GUARDED_BY(mutex);
    size_t credit ONEWAY_GUARDED_BY(mutex) = 0;  // bytes taken from the budget in advance
    int64_t oldest_unix_nanos ONEWAY_GUARDED_BY(mutex) = kNone;
    bool closed ONEWAY_GUARDED_BY(mutex) = false;
    Counts counts ONEWAY_GUARDED_BY(mutex);
  };
  static constexpr int64_t kNone = INT64_MAX;

  // Room for a record of so many bytes, charged; null when the budget or the memory is used up.
  char* Reserve(Shard& shard, size_t bytes) ONEWAY_REQUIRES(shard.mutex);
  bool TakeBytes(Shard& shard, size_t bytes) ONEWAY_REQUIRES(shard.mutex);
  Shard& ShardOfThread();
  Chunk SpareChunk();

  ByteBudget& budget_;
  std::vector<Shard> shards_;
  std::atomic<bool> drainer_asleep_{false};
  std::vector<Chunk> spare_;  // the drainer's
};

}  // namespace oneway::client
