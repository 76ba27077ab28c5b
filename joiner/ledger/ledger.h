// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/ids.h"
#include "common/histogram/histogram.h"
#include "common/time/time.h"
#include "joiner/journal/journal_store.h"
#include "joiner/ledger/count.h"

namespace oneway::ledger {

using Counters = std::array<uint64_t, kCounters>;  // by Counter

// Counts and latencies of a flow or series, since ever or over some minutes.
struct Figures {
  Counters counters{};
  histogram::Histogram latency;        // matched, not negative; by end time
  histogram::Histogram cohort;         // the same samples by start time
  histogram::Histogram late;           // kLate
  histogram::Histogram negative;       // sizes of negative latencies
};

// What one shard counted in one commit.
// Threading: owned by the shard's thread, then handed to the committer; Clear() keeps its memory.
class Delta {
 public:
  void Add(const Count& count);
  bool empty() const;
  void Clear();
};

// The cumulative counts of a joiner as of its last durable commit: totals per flow and series for ever, and time cells.
//
// Flow: committer stages the deltas of a commit, the store writes the rows, then the committer applies them.
// Threading: owned by the committer's thread.
class Ledger {
 public:
  struct Options {
    uint64_t bytes_max = uint64_t{512} << 20;  // of all cells in memory; oldest series cells go first, then flow cells
    Duration fold_every = std::chrono::seconds(5);
  };
  explicit Ledger(Options options);
  ~Ledger();

  // Appends the rows of commit `number` that store `deltas` (and, every fold_every of `joiner_clock`, the fold of all
  // commits before) to `rows`. Must be followed by Apply of the same deltas once the commit is durable, or the end of
  // the process.
  void Stage(journal::CommitNumber number, Time joiner_clock, const std::vector<const Delta*>& deltas,
             std::vector<journal::LedgerRow>& rows);
  void Apply(const std::vector<const Delta*>& deltas);

  // Takes a stored row back; rows in any order, before the first Stage; FinishRestore once after the last one.
  // An unknown row kind is an error: the folder is newer than this program.
  absl::Status Restore(std::string_view key, std::string_view value);
  void FinishRestore();

  // Since ever.
  Figures TotalOf(flow::FlowId flow) const;
  Figures TotalOf(flow::SeriesId series) const;
  // Over the whole minutes that begin in [from, until).
  Figures WindowOf(flow::FlowId flow, Time from, Time until) const;
  uint64_t memory_bytes() const;
};

}  // namespace oneway::ledger
