// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/delta.h"

#include <algorithm>

#include "absl/hash/hash.h"

namespace oneway::ledger {
namespace {

constexpr size_t kSlotsAtFirst = 256;
// A commit with events from all over the past may touch a cell with every event; this many stay for the next commit.
constexpr size_t kCellsKept = 4096;

uint64_t HashOf(flow::SeriesId series, Minute minute) {
  // Salted by the process: minutes are chosen by producers.
  return absl::Hash<uint64_t>{}(uint64_t{static_cast<uint32_t>(series)} << 32 | static_cast<uint32_t>(minute));
}

// Counts whose latency is below zero carry their size in a kNegative count of their own.
bool IsNegative(const Count& match) {
  return match.latency < Duration::zero() || match.at < match.started_at;
}

void AddAttainment(const Count& count, Tally& tally) {
  if (count.attainment == Attainment::kNotJudged) return;
  tally.Add(Counter::kValid);
  if (count.attainment == Attainment::kMet) tally.Add(Counter::kGood);
}

}  // namespace

Delta::Delta() : slots_(kSlotsAtFirst, 0) {}

void Delta::Add(const Count& count) {
  if (count.counter == Counter::kMatched || count.counter == Counter::kEnd) return AddMatch(count);
  if (count.counter == Counter::kExpired) {
    At(count.flow, count.series, MinuteOf(count.started_at)).Add(Counter::kCohortExpired);
  }
  Tally& tally = At(count.flow, count.series, MinuteOf(count.at));
  tally.Add(count.counter);
  AddAttainment(count, tally);
  if (count.latency < Duration::zero()) return;
  if (count.counter == Counter::kLate) tally.Record(SampleKind::kLate, count.latency);
  if (count.counter == Counter::kNegative) tally.Record(SampleKind::kNegative, count.latency);
  if (count.counter == Counter::kStage) tally.Record(SampleKind::kStage, count.latency);
}

void Delta::AddMatch(const Count& count) {
  const Minute ended = MinuteOf(count.at);
  const Minute started = MinuteOf(count.started_at);
  Tally& tally = At(count.flow, count.series, ended);
  tally.Add(count.counter);
  AddAttainment(count, tally);
  if (count.empty) tally.Add(Counter::kEmpty);
  if (count.of_ends) return AddFirstAndLast(count, tally);
  if (IsNegative(count)) return;
  if (count.empty) return tally.Record(SampleKind::kCompletion, count.latency);
  if (started == ended) return tally.Record(SampleKind::kWithin, count.latency);
  tally.Record(SampleKind::kByEnd, count.latency);
  At(count.flow, count.series, started).Record(SampleKind::kByStart, count.latency);
}

void Delta::AddFirstAndLast(const Count& match, Tally& tally) {
  if (match.latency >= Duration::zero()) tally.Record(SampleKind::kFirstEnd, match.latency);
  if (match.last_latency >= Duration::zero()) tally.Record(SampleKind::kLastEnd, match.last_latency);
}

Tally& Delta::At(flow::FlowId flow, flow::SeriesId series, Minute minute) {
  if (last_ < cells_used_ && cells_[last_].series == series && cells_[last_].minute == minute) {
    return cells_[last_].tally;
  }
  if ((cells_used_ + 1) * 2 > slots_.size()) Index(slots_.size() * 2);
  const size_t slot = SlotOf(series, minute);
  if (slots_[slot] == 0) return Append(slot, flow, series, minute).tally;
  last_ = slots_[slot] - 1;
  return cells_[last_].tally;
}

// The slot of (series, minute), or the free one where it belongs.
size_t Delta::SlotOf(flow::SeriesId series, Minute minute) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = HashOf(series, minute) & mask;
  while (slots_[slot] != 0) {
    const Cell& cell = cells_[slots_[slot] - 1];
    if (cell.series == series && cell.minute == minute) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

Delta::Cell& Delta::Append(size_t slot, flow::FlowId flow, flow::SeriesId series, Minute minute) {
  if (cells_used_ == cells_.size()) cells_.emplace_back();
  last_ = cells_used_++;
  slots_[slot] = static_cast<uint32_t>(cells_used_);
  Cell& cell = cells_[last_];
  cell.flow = flow;
  cell.series = series;
  cell.minute = minute;
  return cell;
}

void Delta::Index(size_t slots) {
  slots_.assign(slots, 0);
  for (size_t i = 0; i < cells_used_; ++i) {
    slots_[SlotOf(cells_[i].series, cells_[i].minute)] = static_cast<uint32_t>(i + 1);
  }
}

void Delta::Clear() {
  for (size_t i = 0; i < cells_used_; ++i) cells_[i].tally.Clear();
  const bool grown = cells_.size() > kCellsKept;
  if (grown) {
    cells_.resize(kCellsKept);
    cells_.shrink_to_fit();
    slots_ = std::vector<uint32_t>(kCellsKept * 2);
  } else if (cells_used_ > 0) {
    std::fill(slots_.begin(), slots_.end(), 0);
  }
  cells_used_ = 0;
}

}  // namespace oneway::ledger
