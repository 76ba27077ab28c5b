// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/row_restorer.h"

#include <glog/logging.h>

#include <utility>

#include "common/hash/fingerprint.h"

namespace oneway::server {
namespace {

constexpr auto kLogInterval = std::chrono::seconds(2);

}  // namespace

RowRestorer::RowRestorer(uint64_t sequences, std::vector<join::JoinEngine*> engines, const time::Clock& clock)
    : sequences_(sequences), clock_(clock), began_at_(clock.Monotonic()), log_at_(began_at_ + kLogInterval) {
  for (join::JoinEngine* engine : engines) {
    shards_.push_back(std::make_unique<Shard>());
    shards_.back()->engine = engine;
  }
}

absl::Status RowRestorer::Take(const journal::RestoredRows& restored) {
  std::vector<Indices> indices(shards_.size());
  for (uint32_t i = 0; i < restored.rows.size(); ++i) {
    const auto slot = static_cast<uint32_t>(hash::SlotOf(restored.rows[i].row.fingerprint));
    indices[slot % shards_.size()].push_back(i);
  }
  // Threads begin with different shards, so that they seldom wait for each other where there are several.
  const uint64_t first = turn_++;
  for (size_t i = 0; i < shards_.size(); ++i) {
    const size_t shard = (first + i) % shards_.size();
    if (absl::Status status = TakeInto(*shards_[shard], restored, indices[shard]); !status.ok()) return status;
  }
  rows_ += restored.rows.size();
  sequences_read_ += restored.sequences;
  LogProgress();
  return absl::OkStatus();
}

absl::Status RowRestorer::TakeInto(Shard& shard, const journal::RestoredRows& restored, const Indices& indices) {
  const sync::MutexLock lock(shard.mutex);
  const auto fingerprint_at = [&](size_t i) -> const auto& { return restored.rows[indices[i]].row.fingerprint; };
  for (size_t i = 0; i < indices.size(); ++i) {
    shard.engine->PrefetchAhead(i, indices.size(), fingerprint_at);
    const auto& [sequence, row] = restored.rows[indices[i]];
    if (absl::Status status = shard.engine->Restore(sequence, row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void RowRestorer::Finish() {
  duration_nanos_ = (clock_.Monotonic() - began_at_).count();
}

shard::RecoveryFigures RowRestorer::figures() const {
  const Duration whole(duration_nanos_);
  const bool done = whole >= Duration::zero();
  return {.rows = rows_,
          .sequences_read = sequences_read_,
          .sequences = sequences_,
          .duration = done ? whole : clock_.Monotonic() - began_at_,
          .done = done};
}

void RowRestorer::LogProgress() {
  const MonotonicTime now = clock_.Monotonic();
  MonotonicTime due = log_at_;
  // Of several threads one finds its turn.
  if (now < due || !log_at_.compare_exchange_strong(due, now + kLogInterval)) return;
  LOG(INFO) << "recovering: " << figures().ToString();
}

}  // namespace oneway::server
