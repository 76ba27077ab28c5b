// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/joiner_core.h"

#include <glog/logging.h>

#include <utility>

#include "joiner/shard/inspect.h"

namespace oneway::server {
namespace {

constexpr auto kFirstCommitWaitMax = std::chrono::seconds(30);

}  // namespace

JoinerCore::JoinerCore(Options options, const time::Clock& clock, journal::JournalStore& store,
                       std::function<void(const absl::Status&)> on_failure)
    : options_(std::move(options)),
      clock_(clock),
      store_(store),
      on_failure_(std::move(on_failure)),
      dictionary_({.configured = options_.flows.flows, .defaults = options_.flows.defaults}, registry_),
      ledger_({.bytes_max = options_.ledger_bytes_max}) {
  CHECK_GE(options_.shards, 1u);
}

JoinerCore::~JoinerCore() {
  Stop();
}

absl::Status JoinerCore::Recover() {
  const absl::Status status = store_.Restore(
      {.on_state = [this](const journal::JournalState& state) { MakeShards(state); },
       .on_ledger_row = [this](std::string_view key, std::string_view value) { return RestoreLedgerRow(key, value); },
       .on_rows = [this](const journal::RestoredRows& rows) { return RestoreRows(rows); },
       .row_threads = options_.restore_threads});
  if (!status.ok()) return status;
  if (restored_.commit == journal::CommitNumber{}) {
    // A new folder has no past: the clock begins where it may be at most behind, not in 1970.
    restored_.joiner_clock = clock_.Wall() - options_.expiry_hold_max;
  }
  OpenDictionary();
  ledger_.FinishRestore();
  for (const Shard& shard : shards_) {
    if (absl::Status complete = shard.engine->FinishRestore(); !complete.ok()) return complete;
  }
  restorer_->Finish();
  LOG(INFO) << "recovered " << restorer_->figures().rows << " rows in "
            << std::chrono::duration<double>(restorer_->figures().duration).count() << " s, up to commit "
            << static_cast<uint64_t>(restored_.commit);
  return absl::OkStatus();
}

void JoinerCore::MakeShards(const journal::JournalState& state) {
  restored_ = state;
  sequences_ = std::make_unique<journal::SequenceBlocks>(state.next_sequence);
  shards_.clear();
  std::vector<join::JoinEngine*> engines;
  for (uint32_t number = 0; number < options_.shards; ++number) {
    std::vector<hash::SlotId> slots;
    for (const hash::SlotId slot : options_.slots) {
      if (static_cast<uint32_t>(slot) % options_.shards == number) slots.push_back(slot);
    }
    auto sequences = std::make_unique<journal::SequenceAllocator>(*sequences_);
    auto engine = std::make_unique<join::JoinEngine>(
        join::JoinEngine::Options{
            .slots = std::move(slots),
            .memory_bytes_max = options_.memory_bytes_max / options_.shards,
            .stretch_rows = options_.stretch_rows,
            .complete_series = [this](flow::SeriesId start,
                                      flow::SeriesId carried) { return dictionary_.Complete(start, carried); }},
        registry_, *sequences);
    engines.push_back(engine.get());
    shards_.push_back({.sequences = std::move(sequences), .engine = std::move(engine)});
  }
  restorer_ = std::make_unique<RowRestorer>(
      static_cast<uint64_t>(state.next_sequence) - static_cast<uint64_t>(state.floor), std::move(engines), clock_);
  restoring_ = restorer_.get();
}

absl::Status JoinerCore::RestoreLedgerRow(std::string_view key, std::string_view value) {
  return ledger::Dictionary::Owns(key) ? dictionary_.Restore(key, value) : ledger_.Restore(key, value);
}

absl::Status JoinerCore::RestoreRows(const journal::RestoredRows& rows) {
  if (recovery_cancelled_) return absl::CancelledError("told to end while it recovered");
  OpenDictionary();  // the engine asks for the rules of the rows' flows
  return restorer_->Take(rows);
}

// Once, after the last row of the ledger.
void JoinerCore::OpenDictionary() {
  std::call_once(dictionary_opened_, [this] { dictionary_.Open(restored_.joiner_clock); });
}

absl::Status JoinerCore::Start() {
  CHECK(recovery().done) << "Recover first";
  const shard::Committer::Options committing{.expiry_hold_max = options_.expiry_hold_max,
                                             .stall_hold = options_.stall_hold,
                                             .stretch_rows = options_.stretch_rows};
  committer_ = std::make_unique<shard::Committer>(committing,
                                                  shard::Committer::Parts{.clock = clock_,
                                                                          .flows = registry_,
                                                                          .sequences = *sequences_,
                                                                          .store = store_,
                                                                          .ledger = ledger_,
                                                                          .dictionary = dictionary_},
                                                  restored_, on_failure_);
  for (size_t number = 0; number < shards_.size(); ++number) {
    Shard& shard = shards_[number];
    shard.runner = std::make_unique<shard::Runner>(number, std::move(shard.engine), *shard.sequences,
                                                   options_.inbox_bytes_max, committer_->Link());
  }
  committer_->Start(runners());
  const auto committed =
      shard::InspectAndWait(*committer_, false, kFirstCommitWaitMax, [](const shard::Inspection&) { return true; });
  if (committed) return absl::OkStatus();
  const absl::Status failure = committer_->failure();
  if (!failure.ok()) return failure;
  return absl::DeadlineExceededError("the disk did not take the first commit within 30 s");
}

void JoinerCore::Stop() {
  if (committer_ == nullptr) return;
  for (const Shard& shard : shards_) shard.runner->inbox().Close();
  committer_->Stop();
  for (const Shard& shard : shards_) shard.runner->Join();
}

std::vector<shard::Runner*> JoinerCore::runners() const {
  std::vector<shard::Runner*> runners;
  for (const Shard& shard : shards_) runners.push_back(shard.runner.get());
  return runners;
}

shard::RecoveryFigures JoinerCore::recovery() const {
  const RowRestorer* const restorer = restoring_;
  return restorer != nullptr ? restorer->figures() : shard::RecoveryFigures{};
}

}  // namespace oneway::server
