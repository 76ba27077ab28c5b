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
// Threading: thread-safe. Bounded by the partitioner's window: one exception at most for an event in flight.
class SettleOutbox {
 public:
  struct Exception {
    uint64_t event = 0;
    event::Outcome outcome;
  };
  struct Settlement {
    uint64_t settled = 0;  // all events up to this number
    journal::Mark mark;
    std::vector<Exception> exceptions;  // ascending
  };

  // Events up to `number` were put into the shard's inbox.
  void Received(uint64_t number);
  // Events `first` to `last` are settled as of `mark`; `exceptions` count from `first`.
  void Settle(uint64_t first, uint64_t last, const journal::Mark& mark,
              const std::vector<shard::EventException>& exceptions);
  // All that has settled since the last call; waits for some. None: closed.
  std::optional<Settlement> Take();
  // Take() returns none from now on.
  void Close();
  // True once everything received is settled and taken; false at the deadline.
  bool WaitUntilSettled(MonotonicTime deadline);

 private:
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  Settlement waiting_ ONEWAY_GUARDED_BY(mutex_);
  uint64_t received_ ONEWAY_GUARDED_BY(mutex_) = 0;
  uint64_t taken_ ONEWAY_GUARDED_BY(mutex_) = 0;
  bool closed_ ONEWAY_GUARDED_BY(mutex_) = false;
};

}  // namespace oneway::ingest
