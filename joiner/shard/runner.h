// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "common/time/time.h"
#include "joiner/join/decisions.h"
#include "joiner/join/engine.h"
#include "joiner/journal/sequence_allocator.h"
#include "joiner/shard/inbox.h"
#include "joiner/shard/open_walks.h"
#include "joiner/shard/part.h"
#include "joiner/shard/tail_collector.h"
#include "joiner/shard/walk_pace.h"

namespace oneway::shard {

// What a shard tells and asks the committer. Called on the shard's thread; none of it blocks.
struct CommitterLink {
  std::function<void(uint64_t ordinal)> on_content;  // the part of that opening is no longer empty; once a part
  std::function<void(size_t shard, std::unique_ptr<Part>)> on_sealed;
  std::function<void(uint64_t stream, Time low_mark)> on_low_mark;  // everything before the mark is applied
  // The last durable mark, if everything before that opening is durable.
  std::function<std::optional<journal::Mark>(uint64_t ordinal)> durable_before;
  const TailHub& tail;  // who listens to what is decided
};

// The thread of one shard: applies batches to the engine, gathers what they changed, and seals it when the committer
// asks.
//
// Flow: streams put batches into inbox(); sealed parts go to the committer.
// Threading: Start and Join by the owner; inbox() is thread-safe; everything else happens on the shard's own thread.
class Runner {
 public:
  // The engine must be restored. `sequences` outlives the runner.
  Runner(size_t shard, std::unique_ptr<join::JoinEngine> engine, journal::SequenceAllocator& sequences,
         size_t inbox_bytes_max, CommitterLink link);
  ~Runner();

  // Opens the first commit and begins to take work.
  void Start(const Opening& first, std::unique_ptr<Part> part);
  // Ends the thread once its inbox is empty.
  void Join();

  Inbox& inbox() { return inbox_; }

 private:
  void Run();
  std::optional<Inbox::Item> TakeNext();
  void Do(Inbox::Item item);
  void Apply(EventBatch& batch);
  void Answer(KeyInquiry& inquiry);
  void AnswerOnceDurable(Release answer);
  void Seal(SealOrder order);
  void Open(const Opening& opening);
  void Settle(EventBatch& batch, std::vector<EventException> exceptions);
  void TakeDecisions();
  void KeepHouse();
  void FillFigures(bool count_open);
  void NoteContent();

  const size_t shard_;
  const std::unique_ptr<join::JoinEngine> engine_;
  journal::SequenceAllocator& sequences_;
  const CommitterLink link_;
  Inbox inbox_;

  // Owned by the shard's thread.
  Opening opening_;
  std::unique_ptr<Part> part_;
  join::SlowKeys slow_;
  join::Decisions decisions_{.slow = &slow_};
  WalkPace walk_pace_;
  OpenWalks walks_;
  TailCollector tail_;
  bool part_has_content_ = false;
  uint64_t events_ = 0;       // answered since the last opening
  uint64_t event_bytes_ = 0;  // of the batches they came in

  std::thread thread_;
};

}  // namespace oneway::shard
