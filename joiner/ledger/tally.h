// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/histogram/histogram.h"
#include "joiner/ledger/figures.h"

namespace oneway::ledger {

// The histograms of a tally. The numbers are stored. Most keys end in the minute in which they start, so their samples
// are kept once, under kWithin, and not once by end and once by start.
enum class SampleKind : uint8_t {
  kWithin = 0,      // matched; started and ended within this cell
  kByEnd = 1,       // matched; ended within this cell, started elsewhere
  kByStart = 2,     // matched; started within this cell, ended elsewhere
  kLate = 3,        // by end
  kNegative = 4,    // by end
  kCompletion = 5,  // matched and empty; by end
  kFirstEnd = 6,    // matched, of ends; by end
  kLastEnd = 7,     // matched, of ends; by end
  kStage = 8,       // by the stage's time
};
inline constexpr int kSampleKinds = 9;

// What one cell or total has counted. A histogram that never had a sample costs a pointer.
//
// Flow: Delta adds single counts; Ledger merges tallies into cells and totals and answers with Figures.
// Threading: external.
class Tally {
 public:
  void Add(Counter counter) { ++counters_[static_cast<size_t>(counter)]; }
  void Record(SampleKind kind, Duration latency) { Of(kind).Record(latency); }

  void Merge(const Tally& other);
  // Merges into a total: over all time, every sample started and ended within.
  void MergeIntoTotal(const Tally& other);
  // Forgets all counts but keeps the memory of the histograms.
  void Clear();
  bool empty() const;

  void AddTo(Figures& figures) const;
  // Heap bytes, without this object itself.
  size_t heap_bytes() const;

  // For the codec. Of() makes an empty histogram where there is none; Find() answers null where there is no sample.
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }
  histogram::Histogram& Of(SampleKind kind) {
    std::unique_ptr<histogram::Histogram>& histogram = histograms_[static_cast<size_t>(kind)];
    if (histogram == nullptr) histogram = std::make_unique<histogram::Histogram>();
    return *histogram;
  }
  const histogram::Histogram* Find(SampleKind kind) const {
    const histogram::Histogram* histogram = histograms_[static_cast<size_t>(kind)].get();
    return histogram == nullptr || histogram->empty() ? nullptr : histogram;
  }

 private:
  Counters counters_{};
  std::array<std::unique_ptr<histogram::Histogram>, kSampleKinds> histograms_;
};

}  // namespace oneway::ledger
