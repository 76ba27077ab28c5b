// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <variant>

#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/shard/part.h"
#include "joiner/shard/work.h"

namespace oneway::shard {

// The committer's order to a shard: seal what you have, go on with `next` in `fresh`.
struct SealOrder {
  Opening next;
  std::unique_ptr<Part> fresh;
  bool count_open = false;  // count open keys by walking the tables
};

// The bounded queue before a shard. A seal order overtakes waiting work, so that a commit never waits for a backlog.
// Threading: thread-safe; Take() by the shard's thread only.
class Inbox {
 public:
  // `bytes_max` bounds the waiting batches together; one batch alone may exceed it.
  explicit Inbox(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Waits for room, at most until `deadline`; false when there is none or the inbox is closed, then `work` is gone
  // unanswered.
  bool Put(Work work, std::optional<MonotonicTime> deadline = std::nullopt);
  void PutSeal(SealOrder order);
  // No further Put succeeds; what is inside is still taken.
  void Close();
  // Close, and what is inside is dropped unanswered.
  void Abandon();

  using Item = std::variant<SealOrder, Work>;
  enum class Wanted { kAnything, kSeal };
  // The next seal order or else the oldest work; waits for one. With kSeal work stays inside, as long as there may be
  // another seal. None: empty, and told to StopTaking.
  std::optional<Item> Take(Wanted wanted = Wanted::kAnything);
  // The same without waiting. None: nothing is there now.
  std::optional<Item> TakeNow(Wanted wanted = Wanted::kAnything);
  // No seal comes any more: Take() returns what is inside, then none.
  void StopTaking();

  size_t waiting_bytes() const;

 private:
  std::optional<Item> TakeFirst(Wanted wanted) ONEWAY_REQUIRES(mutex_);

  const size_t bytes_max_;
  mutable sync::Mutex mutex_;
  sync::ConditionVariable not_empty_;
  sync::ConditionVariable has_room_;
  std::deque<Work> work_ ONEWAY_GUARDED_BY(mutex_);
  std::optional<SealOrder> seal_ ONEWAY_GUARDED_BY(mutex_);
  size_t bytes_ ONEWAY_GUARDED_BY(mutex_) = 0;
  bool closed_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool stopped_ ONEWAY_GUARDED_BY(mutex_) = false;
};

}  // namespace oneway::shard
