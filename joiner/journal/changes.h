// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "joiner/journal/row.h"

namespace oneway::journal {

// What one shard changes in the journal in one commit, gathered while events are applied and encoded when the shard
// seals its part.
//
// Flow: JoinEngine puts and deletes; ShardRunner takes the encoded changes to the committer.
// Threading: owned by the shard's thread.
// Cost: no allocation an event once its buffers have grown; Clear() keeps them.
class Changes {
 public:
  // Writes `row` at `sequence`; copies row.key. A row put earlier in these changes at the same sequence is replaced
  // in place, so a key that starts and ends in one commit writes one row.
  void Put(Sequence sequence, const Row& row);
  // Removes the row at `sequence`. A row put in these changes is dropped without a trace if `sequence` was first
  // handed out in this commit.
  void Delete(Sequence sequence);
  // Nothing to write.
  bool empty() const;
  // Calls put(Sequence, const Row&) or del(Sequence) for each change, in order of sequence where that is cheap.
  template <typename PutVisitor, typename DeleteVisitor>
  void Visit(PutVisitor put, DeleteVisitor del) const;
  void Clear();
};

}  // namespace oneway::journal
