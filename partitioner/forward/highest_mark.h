// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/sync/mutex.h"

namespace oneway::partitioner::forward {

// A point in the life of a joiner's data, as it stood in an acknowledgement; run 0 = none yet.
struct JoinerMark {
  uint64_t run = 0;
  uint64_t commit = 0;

  friend bool operator==(const JoinerMark&, const JoinerMark&) = default;
};

// The highest mark that one joiner ever acknowledged to this process. It is told to the joiner, so that one which lost
// acknowledged data finds out.
//
// Threading: thread-safe. Kept for the process's life, over all streams.
class HighestMark {
 public:
  // Notes an acknowledgement, in the order in which they come. A new run replaces the old one, for a joiner accepts a
  // connection only when it holds all that the old run acknowledged.
  void Acked(const JoinerMark& mark) {
    const sync::MutexLock lock(mutex_);
    mark_ = mark.run == mark_.run ? JoinerMark{mark.run, std::max(mark.commit, mark_.commit)} : mark;
  }
  JoinerMark value() const {
    const sync::MutexLock lock(mutex_);
    return mark_;
  }

 private:
  mutable sync::Mutex mutex_;
  JoinerMark mark_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::partitioner::forward
