// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/journal_driver.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {

JournalDriver::JournalDriver(JournalStore& store) : store_(store) {
  RestoreVisitor visitor;
  visitor.on_state = [this](const JournalState& state) {
    state_ = state;
    head_ = absl::StrCat("commit=", static_cast<uint64_t>(state.commit), " floor=", static_cast<uint64_t>(state.floor),
                         "\n");
  };
  visitor.on_ledger_row = [this](std::string_view key, std::string_view value) {
    absl::StrAppend(&head_, "ledger ", std::string(key), "=", std::string(value), "\n");
    return absl::OkStatus();
  };
  visitor.on_rows = [this](const RestoredRows& restored) {
    for (const auto& [sequence, row] : restored.rows) rows_.emplace(sequence, Render(sequence, row));
    return absl::OkStatus();
  };
  restored_ = store_.Restore(visitor);
  blocks_ = std::make_unique<SequenceBlocks>(state_.next_sequence);
  sequences_ = std::make_unique<SequenceAllocator>(*blocks_);
}

std::string JournalDriver::contents() const {
  std::string contents = head_;
  for (const auto& [sequence, row] : rows_) absl::StrAppend(&contents, row, "\n");
  return contents;
}

Sequence JournalDriver::PutNew(const Row& row) {
  const Sequence sequence = Take();
  changes_.PutNew(sequence, row);
  return sequence;
}

void JournalDriver::PutLedger(std::string_view key, std::string_view value) {
  ledger_.push_back({std::string(key), std::string(value)});
}

void JournalDriver::DeleteLedger(std::string_view key) {
  ledger_.push_back({std::string(key), std::nullopt});
}

void JournalDriver::MoveClock(Duration since_epoch) {
  state_.joiner_clock = kTestEpoch + since_epoch;
}

void JournalDriver::MoveHorizon(Duration since_epoch) {
  horizons_ = std::make_shared<const Horizons>(Horizons{kTestEpoch + since_epoch});
}

absl::Status JournalDriver::Commit() {
  state_.commit = CommitNumber(static_cast<uint64_t>(state_.commit) + 1);
  state_.next_sequence = blocks_->Next();
  encoded_.Clear();
  changes_.MoveTo(encoded_);
  CommitBatch batch;
  batch.state = state_;
  batch.changes = {&encoded_};
  batch.ledger = std::exchange(ledger_, {});
  batch.horizons = horizons_;
  return store_.Commit(batch);
}

}  // namespace oneway::journal
