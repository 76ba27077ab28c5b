// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/flow/ids.h"
#include "common/time/time.h"
#include "joiner/journal/journal_store.h"
#include "joiner/ledger/cell_layer.h"
#include "joiner/ledger/count.h"
#include "joiner/ledger/delta.h"
#include "joiner/ledger/figures.h"
#include "joiner/ledger/minute.h"
#include "joiner/ledger/totals.h"

namespace oneway::ledger {

// The cumulative counts of a joiner as of its last durable commit: totals per flow and series for ever, and time cells
// by the joiner clock: per flow and minute for 24 h (to the full hour), per series and minute for 2 h, then per series
// and hour for 35 days. There are no flow hours: an event whose minute is gone counts in the hour of its series, and
// one whose hour is gone in the totals alone.
//
// Flow: committer stages the deltas of a commit, the store writes the rows, then the committer applies them.
// Stored: each commit adds one row with its deltas; now and then a commit n + 1 also writes each total and cell that
// changed since the last such fold, as of commit n, and deletes exactly the delta rows up to n. The stored rows after
// any commit, put together in any order, are therefore the ledger as of that commit.
// Threading: owned by the committer's thread.
class Ledger {
 public:
  struct Options {
    // Of totals and cells in memory. Beyond it the oldest series cells go first, then flow cells, totals never.
    uint64_t bytes_max = uint64_t{512} << 20;
    Duration fold_every = std::chrono::seconds(5);
  };
  // A fold comes early when the delta rows since the last one reach either bound: they are all read at a start.
  static constexpr uint64_t kUnfoldedBytesMax = uint64_t{4} << 20;
  static constexpr size_t kUnfoldedRowsMax = 8192;
  // Cells of commits since the last fold that are summed up before they go to totals and cells.
  static constexpr size_t kRecentCellsMax = 16384;

  explicit Ledger(Options options);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Appends the rows of commit `number` that store `deltas` (and, every fold_every of `joiner_clock`, the fold of all
  // commits before) to `rows`. Must be followed by Apply of the same deltas once the commit is durable, or the end of
  // the process. Also lets go of cells that have become too old by `joiner_clock`.
  void Stage(journal::CommitNumber number, Time joiner_clock, const std::vector<const Delta*>& deltas,
             std::vector<journal::LedgerRow>& rows);
  void Apply(const std::vector<const Delta*>& deltas);

  // Takes a stored row back; rows in any order, before the first Stage; FinishRestore once after the last one.
  // An unknown row kind is an error: the folder is newer than this program. So is a row of the dictionary.
  absl::Status Restore(std::string_view key, std::string_view value);
  void FinishRestore();

  // Since ever; empty for one that counted nothing.
  Figures TotalOf(flow::FlowId flow) const;
  Figures TotalOf(flow::SeriesId series) const;
  // Over the whole minutes that begin in [from, until); where minutes are gone, over the whole hours that begin there.
  // So neighbouring windows share nothing and leave nothing out.
  Figures WindowOf(flow::FlowId flow, Time from, Time until) const;
  Figures WindowOf(flow::SeriesId series, Time from, Time until) const;
  // The same for each series of `flow`, in no order: what has no minute or hour in the window is empty.
  std::vector<std::pair<flow::SeriesId, Figures>> SeriesWindowsOf(flow::FlowId flow, Time from, Time until) const;
  std::vector<std::pair<flow::SeriesId, Figures>> SeriesTotalsOf(flow::FlowId flow) const;
  // The series of `flow` that counted anything, in no order.
  std::vector<flow::SeriesId> SeriesOf(flow::FlowId flow) const;
  // Totals and cells as of the last fold, the time at which bytes_max is enforced.
  uint64_t memory_bytes() const;

 private:
  // Stage
  void LetGoOfOldCells(Time joiner_clock);
  bool FoldIsDue(Time joiner_clock);
  void Fold(std::vector<journal::LedgerRow>& rows);
  void StageDeltas(journal::CommitNumber number, const std::vector<const Delta*>& deltas,
                   std::vector<journal::LedgerRow>& rows);

  // Settle: recent_ into totals and cells
  void Settle();
  void CountInSeries(const Delta::Cell& cell);
  void CountInFlow(const Delta::Cell& cell);
  void KnowSeries(flow::SeriesId series, flow::FlowId flow);
  void CountInHour(Minute minute, flow::SeriesId series, const Tally& tally);
  void EvictBeyondBound();
  bool EvictOldestSeriesCells();
  bool EvictOldestFlowCells();
  FirstKept first_kept() const;
  template <typename Window>
  bool IsOfSeriesWindow(const Delta::Cell& cell, const Window& window) const;

  absl::Status RestoreTotal(RowKind kind, uint32_t id, std::string_view value);
  absl::Status RestoreCell(RowKind kind, uint32_t span, uint32_t id, std::string_view value);

  const Options options_;
  Totals<flow::FlowId> flow_totals_{RowKind::kFlowTotal};
  Totals<flow::SeriesId> series_totals_{RowKind::kSeriesTotal};
  CellLayer<Minute, flow::FlowId> flow_minutes_{RowKind::kFlowMinute};
  CellLayer<Minute, flow::SeriesId> series_minutes_{RowKind::kSeriesMinute};
  CellLayer<Hour, flow::SeriesId> series_hours_{RowKind::kSeriesHour};  // only of minutes that are gone

  absl::flat_hash_map<flow::SeriesId, flow::FlowId> flow_of_;
  absl::flat_hash_map<flow::FlowId, std::vector<flow::SeriesId>> series_of_;

  // Applied, but not in the totals and cells above yet: thousands of small commits are summed up among themselves
  // first, because merging into a large histogram costs many times what merging into a small one does.
  Delta recent_;
  Delta by_flow_;  // scratch of Settle: a flow's series summed up, for the same reason; `series` is the flow's number

  // What the next fold replaces.
  std::vector<journal::CommitNumber> unfolded_;
  uint64_t unfolded_bytes_ = 0;
  std::optional<Time> folded_at_;  // joiner clock
  FirstKept stored_first_kept_;
};

}  // namespace oneway::ledger
