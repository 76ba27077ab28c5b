// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "joiner/journal/row.h"

namespace oneway::journal {

// What one shard changes in the journal in one commit, gathered while events are applied and encoded when the shard
// seals its part. At most one change a sequence comes out: the last one made.
//
// Flow: JoinEngine puts and deletes; ShardRunner takes the encoded changes to the committer.
// Threading: owned by the shard's thread.
// Cost: no allocation an event once its buffers have grown; Clear() keeps them.
class Changes {
 public:
  // Writes `row` at `sequence`, which SequenceAllocator::Take returned since the last Clear(); copies row.key. Called
  // at most once a sequence, in the order in which they were taken (anything else is a bug and stops the process).
  void PutNew(Sequence sequence, const Row& row);
  // Writes `row` over whatever stands at `sequence`; copies row.key. A row put earlier in these changes is replaced in
  // place, so a key that starts and ends in one commit writes one row. Right for every sequence; PutNew only adds the
  // knowledge that nothing older is stored there.
  void Put(Sequence sequence, const Row& row);
  // Removes whatever stands at `sequence`. A row of PutNew is dropped without a trace; for any other sequence the
  // deletion is written, because an older row may be stored there.
  void Delete(Sequence sequence);
  // Nothing to write.
  bool empty() const { return changes_ == 0; }
  // Calls put(Sequence, const Row&) or del(Sequence) for each change: first those of older sequences as they came, then
  // the new ones, ascending.
  template <typename PutVisitor, typename DeleteVisitor>
  void Visit(PutVisitor put, DeleteVisitor del) const;
  void Clear();

 private:
  enum class Action : uint8_t { kPut, kDelete, kNothing };
  struct Change {
    Sequence sequence{};
    Action action = Action::kNothing;
    uint32_t key_offset = 0;  // of row.key in keys_
    uint32_t key_size = 0;
    Row row;  // row.key is not used
  };
  // New sequences of one block follow each other without gaps as a rule, so that a row is found by subtraction.
  struct Stretch {
    Sequence first{};
    uint32_t begin = 0;  // index in new_ of `first`
  };

  void Fill(Change& change, const Row& row);
  Change* FindNew(Sequence sequence);
  Change& FindOrAddOlder(Sequence sequence);
  void GrowIndex();
  template <typename PutVisitor, typename DeleteVisitor>
  void VisitAll(const std::vector<Change>& all, PutVisitor& put, DeleteVisitor& del) const;

  std::vector<Change> new_;         // by PutNew, ascending
  std::vector<Stretch> stretches_;  // of new_, ascending
  std::vector<Change> older_;       // all others, in the order of their first change
  std::vector<uint32_t> index_;     // open addressing over older_: index + 1, 0 = free; its size is a power of two
  std::string keys_;
  size_t changes_ = 0;  // not kNothing
};

template <typename PutVisitor, typename DeleteVisitor>
void Changes::Visit(PutVisitor put, DeleteVisitor del) const {
  VisitAll(older_, put, del);
  VisitAll(new_, put, del);
}

template <typename PutVisitor, typename DeleteVisitor>
void Changes::VisitAll(const std::vector<Change>& all, PutVisitor& put, DeleteVisitor& del) const {
  for (const Change& change : all) {
    if (change.action == Action::kDelete) {
      del(change.sequence);
    } else if (change.action == Action::kPut) {
      Row row = change.row;
      row.key = std::string_view(keys_).substr(change.key_offset, change.key_size);
      put(change.sequence, row);
    }
  }
}

}  // namespace oneway::journal
