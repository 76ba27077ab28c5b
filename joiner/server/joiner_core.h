// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/registry.h"
#include "common/hash/fingerprint.h"
#include "common/process/config.h"
#include "common/time/clock.h"
#include "joiner/journal/journal_store.h"
#include "joiner/journal/sequence_allocator.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/ledger/ledger.h"
#include "joiner/server/row_restorer.h"
#include "joiner/shard/committer.h"
#include "joiner/shard/recovery_figures.h"
#include "joiner/shard/runner.h"

namespace oneway::server {

// A joiner without its network: restores what the store holds, then joins and commits.
//
// Flow: JoinerServer (or a test) hands batches to runners() and asks committer().
// Threading: Recover, Start and Stop by the owner, in this order; the rest is thread-safe after Start.
// Ownership: clock and store outlive it.
class JoinerCore {
 public:
  struct Options {
    std::vector<hash::SlotId> slots;  // those of this joiner
    uint32_t shards = 1;
    uint32_t restore_threads = 1;  // that read the journal back
    uint64_t memory_bytes_max = UINT64_MAX;
    uint64_t stretch_rows = uint64_t{1} << 20;
    uint64_t ledger_bytes_max = uint64_t{512} << 20;
    uint64_t inbox_bytes_max = uint64_t{16} << 20;  // of each shard
    Duration expiry_hold_max = std::chrono::minutes(10);
    Duration stall_hold = std::chrono::seconds(30);
    process::FlowsConfig flows;
  };
  // `on_failure`: see Committer.
  JoinerCore(Options options, const time::Clock& clock, journal::JournalStore& store,
             std::function<void(const absl::Status&)> on_failure);
  ~JoinerCore();

  // Reads everything back. DATA_LOSS or FAILED_PRECONDITION: the data cannot be used; the message says why. CANCELLED
  // after CancelRecovery.
  absl::Status Recover();
  // Lets a Recover that runs, or comes, end at its next rows. Thread-safe, at any time.
  void CancelRecovery() { recovery_cancelled_ = true; }
  // Starts shards and committer, and makes the first commit, by which this run is in the journal. DEADLINE_EXCEEDED if
  // the disk does not take it, or why it failed.
  absl::Status Start();
  // Applies what waits in the inboxes, commits it and ends all threads; nothing if Start was not called. Nobody may put
  // more work in. The destructor does it too. May be repeated.
  void Stop();

  std::vector<shard::Runner*> runners() const;  // by shard
  shard::Committer& committer() { return *committer_; }
  ledger::Dictionary& dictionary() { return dictionary_; }
  const flow::Registry& flows() const { return registry_; }
  shard::RecoveryFigures recovery() const;  // also while it recovers

 private:
  struct Shard {
    std::unique_ptr<journal::SequenceAllocator> sequences;
    std::unique_ptr<join::JoinEngine> engine;  // until Start
    std::unique_ptr<shard::Runner> runner;
  };

  void MakeShards(const journal::JournalState& state);
  absl::Status RestoreLedgerRow(std::string_view key, std::string_view value);
  absl::Status RestoreRows(const journal::RestoredRows& rows);
  void OpenDictionary();

  const Options options_;
  const time::Clock& clock_;
  journal::JournalStore& store_;
  const std::function<void(const absl::Status&)> on_failure_;

  flow::Registry registry_;
  ledger::Dictionary dictionary_;
  ledger::Ledger ledger_;
  journal::JournalState restored_;
  std::once_flag dictionary_opened_;
  std::unique_ptr<journal::SequenceBlocks> sequences_;
  std::vector<Shard> shards_;
  std::unique_ptr<shard::Committer> committer_;
  std::unique_ptr<RowRestorer> restorer_;
  std::atomic<const RowRestorer*> restoring_{nullptr};  // restorer_ for other threads, once there is one
  std::atomic<bool> recovery_cancelled_{false};
};

}  // namespace oneway::server
