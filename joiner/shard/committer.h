// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/registry.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "joiner/join/joiner_clock.h"
#include "joiner/journal/journal_store.h"
#include "joiner/journal/sequence_allocator.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/ledger/exemplars.h"
#include "joiner/ledger/ledger.h"
#include "joiner/shard/commit_figures.h"
#include "joiner/shard/commit_spacing.h"
#include "joiner/shard/durable_view.h"
#include "joiner/shard/part.h"
#include "joiner/shard/runner.h"
#include "joiner/shard/slowest_keys.h"
#include "joiner/shard/tail_hub.h"
#include "joiner/shard/wall_reading.h"

namespace oneway::shard {

// What an inspection may look at: the joiner exactly as of its last durable commit.
struct Inspection {
  const DurableView& view;
  const ledger::Ledger& ledger;
  const ledger::Exemplars& exemplars;  // since the process started
  const flow::Registry& flows;         // as of now, not of the commit
  const journal::JournalStore& store;
  const SlowestKeys& slowest;
  // Open keys by FlowId, counted by walking the tables; only for inspections that asked for it.
  const std::vector<uint64_t>* open_counts;
  // The joiner clock of the commit that the shards fill now, or are about to: while the inspection runs, nothing is
  // judged at a later one.
  Time open_clock;
};

// Turns what the shards sealed into commits: one write, one fsync, then the replies.
//
// Flow: shards -> Committer -> JournalStore; releases go back to streams, the view to queries and metrics.
// Threading: has a thread of its own; public functions are thread-safe unless said otherwise.
// Ownership: everything handed in as a reference outlives it.
class Committer {
 public:
  struct Options {
    Duration tick = std::chrono::milliseconds(250);   // an idle joiner opens a commit this often
    Duration clock_commit = std::chrono::seconds(1);  // and writes the clock, while it moves, this often
    Duration expiry_hold_max = std::chrono::minutes(10);
    Duration stall_hold = join::JoinerClock::Options{}.stall_hold;
    uint64_t stretch_rows = uint64_t{1} << 20;
    size_t inspections_max = 1024;  // that wait for one commit
  };
  struct Parts {
    const time::Clock& clock;
    const flow::Registry& flows;
    journal::SequenceBlocks& sequences;
    journal::JournalStore& store;
    ledger::Ledger& ledger;
    ledger::Dictionary& dictionary;
  };

  // `restored` is what the store restored. `on_failure` is called once, on the committer's thread, when a commit
  // failed: nothing of it was answered and nothing will be; the process has to exit.
  Committer(Options options, Parts parts, const journal::JournalState& restored,
            std::function<void(const absl::Status&)> on_failure);
  ~Committer();

  // What the runners need to reach this committer.
  CommitterLink Link();

  // Starts the runners, then the thread. The runners outlive the committer's thread. Once.
  void Start(std::vector<Runner*> runners);

  // Commits what the shards hold and ends the thread; the runners must get no more work before. Once; not thread-safe.
  void Stop();

  // Runs `inspect` on the committer's thread after a commit that seals everything applied so far. `count_open` makes
  // the shards walk their tables for it. Must not block. It is dropped uncalled after Stop or a failure, and when
  // inspections_max wait already, which only a disk that stalls can cause.
  void Inspect(bool count_open, std::function<void(const Inspection&)> inspect);

  // Whether events that would create a key are taken, or put off, from the next commit that opens on: within a tick, or
  // when the present commit is durable. They are, until told otherwise.
  void TakeNewKeys(bool take) { takes_new_keys_ = take; }

  // Who listens to what is decided.
  TailHub& tail() { return tail_; }

  // The last published view; never null once started.
  std::shared_ptr<const DurableView> view() const;
  CommitFigures figures() const;
  // Why the last commit failed; OK as long as none did.
  absl::Status failure() const;
  // The wall clock now. A jump alarms from this moment on, not from the next opening.
  WallReading ReadWall() const;

 private:
  struct Request {
    bool count_open;
    std::function<void(const Inspection&)> inspect;
  };
  using SealedParts = std::vector<std::unique_ptr<Part>>;

  void Run();
  // Waits until the last commit is long enough ago and there is a reason to seal; false when it is time to stop.
  bool WaitForReason();
  void CommitAllThatIsLeft();
  bool CommitOnce();  // false: the commit failed
  void Fail(const absl::Status& status);
  void CountCommit(MonotonicTime began_at);
  SealedParts SealAll(const Opening& next, bool count_open);
  Opening NextOpening();
  journal::Sequence RelocateBelow() const;
  bool MustWrite(const SealedParts& parts) const;
  absl::Status Write(const SealedParts& parts);
  journal::JournalState StateOf(const SealedParts& parts) const;
  std::shared_ptr<const journal::Horizons> HorizonsNow() const;
  void Publish(const SealedParts& parts);
  void Release(SealedParts& parts);
  void AnswerInspections(const SealedParts& parts, std::vector<Request> requests, Time open_clock);

  join::JoinerClock::Now ReadClocks() const;
  void OnContent(uint64_t ordinal);
  void OnSealed(size_t shard, std::unique_ptr<Part> part);
  void OnLowMark(uint64_t stream, Time low_mark);
  std::optional<journal::Mark> DurableBefore(uint64_t ordinal) const;

  const Options options_;
  const Parts parts_;
  const std::function<void(const absl::Status&)> on_failure_;
  TailHub tail_;

  mutable sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  uint64_t content_ordinal_ ONEWAY_GUARDED_BY(mutex_) = 0;  // newest opening known to hold something
  bool awaits_content_ ONEWAY_GUARDED_BY(mutex_) = false;   // the distance is over, the committer waits for it
  bool stopping_ ONEWAY_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ONEWAY_GUARDED_BY(mutex_);
  std::vector<Request> requests_ ONEWAY_GUARDED_BY(mutex_);
  SealedParts sealed_ ONEWAY_GUARDED_BY(mutex_);  // by shard; null until handed over
  size_t sealed_count_ ONEWAY_GUARDED_BY(mutex_) = 0;
  uint64_t durable_ordinal_ ONEWAY_GUARDED_BY(mutex_) = 0;  // newest opening whose commit is durable
  std::shared_ptr<const DurableView> view_ ONEWAY_GUARDED_BY(mutex_);
  CommitFigures figures_ ONEWAY_GUARDED_BY(mutex_);

  std::atomic<bool> takes_new_keys_{true};

  mutable sync::Mutex clock_mutex_;
  join::JoinerClock::Now last_tick_ ONEWAY_GUARDED_BY(clock_mutex_);
  join::JoinerClock joiner_clock_ ONEWAY_GUARDED_BY(clock_mutex_);

  // Owned by the committer's thread (before Start: by the caller).
  std::vector<Runner*> runners_;
  SealedParts spare_;  // one a shard
  SlowestKeys slowest_;
  CommitSpacing spacing_;
  Opening open_;                                // of the commit being filled
  journal::JournalState durable_;               // of the last commit written
  std::optional<MonotonicTime> last_write_at_;  // none: this run is not in the journal yet
  ledger::Exemplars exemplars_;                 // the latest of what is durable
  std::thread thread_;
};

}  // namespace oneway::shard
