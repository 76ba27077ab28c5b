// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "joiner/journal/row.h"

namespace oneway::journal {

// Hands out blocks of sequences to the shards of a joiner.
// Threading: thread-safe.
class SequenceBlocks {
 public:
  static constexpr uint64_t kBlockRows = 4096;

  // The first sequence handed out is `next`, rounded up to a whole block.
  explicit SequenceBlocks(Sequence next)
      : next_((static_cast<uint64_t>(next) + kBlockRows - 1) / kBlockRows * kBlockRows) {}

  uint64_t TakeBlock() { return next_.fetch_add(kBlockRows, std::memory_order_relaxed); }
  // Beyond everything handed out so far; what a commit persists as next_sequence.
  Sequence Next() const { return Sequence(next_.load(std::memory_order_relaxed)); }

 private:
  std::atomic<uint64_t> next_;
};

// Hands out sequences one by one to one shard, ascending.
// Threading: owned by the shard's thread. `blocks` outlives it.
class SequenceAllocator {
 public:
  explicit SequenceAllocator(SequenceBlocks& blocks) : blocks_(blocks) {}

  Sequence Take() {
    if (next_ == end_) {
      next_ = blocks_.TakeBlock();
      end_ = next_ + SequenceBlocks::kBlockRows;
    }
    return Sequence(next_++);
  }

  // Nothing at or beyond it was taken, and nothing below it will be.
  Sequence Position() const { return next_ == end_ ? blocks_.Next() : Sequence(next_); }

 private:
  SequenceBlocks& blocks_;
  uint64_t next_ = 0;
  uint64_t end_ = 0;
};

}  // namespace oneway::journal
