// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "joiner/journal/journal_store.h"

namespace oneway::bench {

// One thing that a commit wrote. Views into a Recording.
struct RecordedWrite {
  enum class What : uint8_t { kPut = 0, kDelete = 1, kPutLedger = 2, kDeleteLedger = 3 };
  What what{};
  std::string_view key;
  std::string_view value;
};

// Stands before a store and notes in a file whatever is committed, so that the same can be written to RocksDB alone.
// Threading: as JournalStore. `store` outlives it.
class RecordingStore final : public journal::JournalStore {
 public:
  RecordingStore(journal::JournalStore& store, const std::string& path);
  ~RecordingStore() override;

  absl::Status Restore(const journal::RestoreVisitor& visitor) override { return store_.Restore(visitor); }
  absl::Status Commit(const journal::CommitBatch& batch) override;
  bool Contains(const journal::Mark& mark) const override { return store_.Contains(mark); }
  journal::Mark Durable() const override { return store_.Durable(); }
  journal::StoreFigures Figures() const override { return store_.Figures(); }

 private:
  void Note(RecordedWrite::What what, std::string_view key, std::string_view value);
  void EndCommit();

  journal::JournalStore& store_;
  std::FILE* const file_;
};

// A recorded file in memory.
class Recording {
 public:
  explicit Recording(const std::string& path);

  struct Commit {
    std::vector<RecordedWrite> writes;
  };
  const std::vector<Commit>& commits() const { return commits_; }
  uint64_t rows() const { return rows_; }

 private:
  std::string bytes_;
  std::vector<Commit> commits_;
  uint64_t rows_ = 0;
};

}  // namespace oneway::bench
