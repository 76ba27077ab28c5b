// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/journal/journal_store.h"
#include "joiner/shard/work.h"

namespace oneway::ingest {

// What a stream still has to tell its partitioner: settlements gather here until they are written.
//
// Flow: the committer settles, the stream's writing thread takes.
// Threading: thread-safe; Take by the writing thread only.
// Bounds: the reading thread waits for room, so that at most kUntoldMax events and a frame are received and not told.
class SettleOutbox {
 public:
  static constexpr uint64_t kUntoldMax = uint64_t{1} << 20;
  // Of one settlement, so that its frame stays far below the largest message.
  static constexpr size_t kExceptionsMax = size_t{1} << 16;

  struct Exception {
    uint64_t event = 0;
    event::Outcome outcome;
  };
  struct Settlement {
    uint64_t settled = 0;  // all events up to this number
    journal::Mark mark;
    std::vector<Exception> exceptions;  // ascending
  };

  // Waits until fewer than kUntoldMax events are untold. False: closed.
  bool WaitForRoom();
  // Events up to `number` go to the shard's inbox.
  void Received(uint64_t number);
  // Events `first` to `last` are settled as of `mark`; `exceptions` count from `first`.
  void Settle(uint64_t first, uint64_t last, const journal::Mark& mark,
              const std::vector<shard::EventException>& exceptions);
  // What has settled since the last call, as far as kExceptionsMax goes; waits for some. None: closed. Calling it says
  // that what the last call returned is written.
  std::optional<Settlement> Take();
  // Take() returns none from now on.
  void Close();
  // True once everything received is settled and written, or it was closed; false at the deadline.
  bool WaitUntilSettled(MonotonicTime deadline);
  // True once nothing is being written; false at the deadline. After Close.
  bool WaitUntilWritten(MonotonicTime deadline);

 private:
  Settlement TakeSome() ONEWAY_REQUIRES(mutex_);

  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  Settlement waiting_ ONEWAY_GUARDED_BY(mutex_);
  uint64_t received_ ONEWAY_GUARDED_BY(mutex_) = 0;
  uint64_t taken_ ONEWAY_GUARDED_BY(mutex_) = 0;
  bool writing_ ONEWAY_GUARDED_BY(mutex_) = false;  // what Take returned last
  bool closed_ ONEWAY_GUARDED_BY(mutex_) = false;
};

}  // namespace oneway::ingest
