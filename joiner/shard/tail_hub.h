// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/query/sample.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/join/decided_key.h"

namespace oneway::shard {

// Which decisions a listener wants. Immutable.
struct TailFilter {
  std::function<bool(flow::FlowId)> takes_flow;  // thread-safe; asked once a flow and shard
  uint32_t decisions = ~uint32_t{0};             // a bit for each join::Decided
  std::string key_prefix;                        // never that of a key that is not shown
  Duration latency_min{};                        // above 0: only what has a latency, of so much

  // All but the flow.
  bool Takes(const join::DecidedKey& key) const;
};

// A decision that is durable, or will be once it is handed on.
struct TailedKey {
  join::DecidedKey key;
  Time at;  // the joiner clock of its commit
};

// One who listens: takes a bounded sample of what is decided, exact as long as that is not more than there is room for.
// Threading: thread-safe.
class TailListener {
 public:
  // Room for `room` decisions until the first Take.
  TailListener(TailFilter filter, size_t room) : filter_(std::move(filter)), sample_(room) {}

  const TailFilter& filter() const { return filter_; }

  // Takes decisions that fit the filter and are durable, and how many more there were.
  void Offer(std::vector<TailedKey> keys, uint64_t passed_over);

  struct Taken {
    std::vector<TailedKey> keys;
    uint64_t passed_over = 0;
  };
  // What came since the last Take; from now on there is room for next_room(decisions taken, passed over).
  template <typename NextRoom>
  Taken Take(NextRoom next_room) {
    const sync::MutexLock lock(mutex_);
    const uint64_t passed_over = sample_.passed_over();
    return {.keys = sample_.Take(next_room(sample_.kept(), passed_over)), .passed_over = passed_over};
  }

 private:
  const TailFilter filter_;
  sync::Mutex mutex_;
  query::Sample<TailedKey> sample_ ONEWAY_GUARDED_BY(mutex_);
};

// Who listens to the decisions of a joiner.
//
// Flow: LocalTail listens; each shard looks here whenever it opens a commit, and offers what it decided once that is
// durable. While nobody listens a decision costs one branch.
// Threading: thread-safe.
class TailHub {
 public:
  static constexpr size_t kListenersMax = 16;
  // Decisions that a listener is offered of one shard's part of one commit; of more it gets a sample.
  static constexpr size_t kKeysAPartMax = 1000;

  using Listeners = std::vector<std::shared_ptr<TailListener>>;

  // False when there are too many already. It is heard from the next commit on that opens.
  bool Add(std::shared_ptr<TailListener> listener);
  void Remove(const std::shared_ptr<TailListener>& listener);

  // Grows with each change.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  Listeners listeners() const;

 private:
  mutable sync::Mutex mutex_;
  Listeners listeners_ ONEWAY_GUARDED_BY(mutex_);
  std::atomic<uint64_t> generation_{0};
};

}  // namespace oneway::shard
