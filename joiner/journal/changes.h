// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "joiner/journal/encoded_changes.h"
#include "joiner/journal/row.h"

namespace oneway::journal {

// What one shard changes in the journal in one commit, gathered while events are applied. At most one change a sequence
// comes out: the last one made.
//
// Flow: JoinEngine puts and deletes; Runner hands the changes to the committer as it seals its part.
// Threading: owned by the shard's thread.
// Cost: a row is encoded at once, into about a third of what it takes as a Row; no allocation an event once the buffers
// have grown, which MoveTo and Clear keep.
class Changes {
 public:
  // Writes `row` at `sequence`, which SequenceAllocator::Take returned since the last MoveTo or Clear. Called at most
  // once a sequence, in the order in which they were taken (anything else is a bug and stops the process).
  void PutNew(Sequence sequence, const Row& row);
  // Writes `row` over whatever stands at `sequence`. A row put earlier in these changes is replaced, so a key that
  // starts and ends in one commit writes one row. Right for every sequence; PutNew only adds the knowledge that nothing
  // older is stored there.
  void Put(Sequence sequence, const Row& row);
  // Removes whatever stands at `sequence`. A row of PutNew is dropped without a trace; for any other sequence the
  // deletion is written, because an older row may be stored there.
  void Delete(Sequence sequence);
  // Nothing to write.
  bool empty() const { return changes_ == 0; }
  // Hands all changes to `encoded`, which is empty, and is empty then: first those of older sequences as they came,
  // then the new ones, ascending.
  void MoveTo(EncodedChanges& encoded);
  void Clear();

 private:
  enum class Action : uint8_t { kPut, kDelete, kNothing };
  struct Change {
    Sequence sequence{};
    uint32_t offset = 0;  // of its row in bytes_
    uint16_t size = 0;
    Action action = Action::kNothing;
  };
  static_assert(sizeof(Change) == 16);
  // New sequences of one block follow each other without gaps as a rule, so that a row is found by subtraction.
  struct Stretch {
    Sequence first{};
    uint32_t begin = 0;  // index in new_ of `first`
  };

  void Fill(Change& change, const Row& row);
  Change* FindNew(Sequence sequence);
  Change& FindOrAddOlder(Sequence sequence);
  void GrowIndex();
  static void Append(const std::vector<Change>& all, EncodedChanges& encoded);

  std::vector<Change> new_;         // by PutNew, ascending
  std::vector<Stretch> stretches_;  // of new_, ascending
  std::vector<Change> older_;       // all others, in the order of their first change
  std::vector<uint32_t> index_;     // open addressing over older_: index + 1, 0 = free; its size is a power of two
  std::string bytes_;               // rows; also those that were replaced or deleted
  size_t changes_ = 0;              // not kNothing
};

}  // namespace oneway::journal
