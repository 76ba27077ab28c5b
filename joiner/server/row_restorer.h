// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "joiner/join/engine.h"
#include "joiner/journal/journal_store.h"
#include "joiner/shard/recovery_figures.h"

namespace oneway::server {

// Takes the rows of the journal back into the engines of all shards, from several threads at once, and tells how far
// it is.
//
// Flow: JournalStore::Restore -> RowRestorer -> JoinEngine::Restore.
// Threading: thread-safe.
// Ownership: what is handed in outlives it.
class RowRestorer {
 public:
  // `sequences`: how many the journal has from its floor on. `engines`: by shard; restored by nobody else meanwhile.
  RowRestorer(uint64_t sequences, std::vector<join::JoinEngine*> engines, const time::Clock& clock);

  // The engines' first error.
  absl::Status Take(const journal::RestoredRows& restored);
  // Everything was taken: the clock of the figures stops.
  void Finish();
  shard::RecoveryFigures figures() const;

 private:
  struct Shard {
    sync::Mutex mutex;
    join::JoinEngine* engine;
  };
  using Indices = std::vector<uint32_t>;  // into RestoredRows::rows

  absl::Status TakeInto(Shard& shard, const journal::RestoredRows& restored, const Indices& indices);
  void LogProgress();

  const uint64_t sequences_;
  const time::Clock& clock_;
  const MonotonicTime began_at_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::atomic<uint64_t> turn_{0};  // counts calls
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t> sequences_read_{0};
  std::atomic<MonotonicTime> log_at_;
  std::atomic<int64_t> duration_nanos_{-1};  // negative: goes on
};

}  // namespace oneway::server
