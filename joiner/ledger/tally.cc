// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/tally.h"

#include <algorithm>

namespace oneway::ledger {
namespace {

void MergeCounters(const Counters& from, Counters& into) {
  for (size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

void MergeSamples(const Tally& from, SampleKind from_kind, Tally& into, SampleKind into_kind) {
  if (const histogram::Histogram* samples = from.Find(from_kind)) into.Of(into_kind).Merge(*samples);
}

void AddSamples(const Tally& from, SampleKind kind, histogram::Histogram& into) {
  if (const histogram::Histogram* samples = from.Find(kind)) into.Merge(*samples);
}

}  // namespace

void Tally::Merge(const Tally& other) {
  MergeCounters(other.counters_, counters_);
  for (int i = 0; i < kSampleKinds; ++i) MergeSamples(other, SampleKind(i), *this, SampleKind(i));
}

void Tally::MergeIntoTotal(const Tally& other) {
  MergeCounters(other.counters_, counters_);
  MergeSamples(other, SampleKind::kWithin, *this, SampleKind::kWithin);
  MergeSamples(other, SampleKind::kByEnd, *this, SampleKind::kWithin);  // kByStart: the same samples once more
  for (const SampleKind kind : {SampleKind::kLate, SampleKind::kNegative, SampleKind::kCompletion,
                                SampleKind::kFirstEnd, SampleKind::kLastEnd, SampleKind::kStage}) {
    MergeSamples(other, kind, *this, kind);
  }
}

void Tally::Clear() {
  // Assigning from a named empty histogram keeps the bucket memory; a temporary would be moved from and drop it.
  static const histogram::Histogram kEmpty;
  counters_ = {};
  for (const std::unique_ptr<histogram::Histogram>& histogram : histograms_) {
    if (histogram != nullptr && !histogram->empty()) *histogram = kEmpty;
  }
}

bool Tally::empty() const {
  return std::all_of(counters_.begin(), counters_.end(), [](uint64_t count) { return count == 0; }) &&
         std::all_of(histograms_.begin(), histograms_.end(),
                     [](const auto& histogram) { return histogram == nullptr || histogram->empty(); });
}

void Tally::AddTo(Figures& figures) const {
  MergeCounters(counters_, figures.counters);
  AddSamples(*this, SampleKind::kWithin, figures.latency);
  AddSamples(*this, SampleKind::kByEnd, figures.latency);
  AddSamples(*this, SampleKind::kWithin, figures.cohort);
  AddSamples(*this, SampleKind::kByStart, figures.cohort);
  AddSamples(*this, SampleKind::kLate, figures.late);
  AddSamples(*this, SampleKind::kNegative, figures.negative);
  AddSamples(*this, SampleKind::kCompletion, figures.completion);
  AddSamples(*this, SampleKind::kFirstEnd, figures.first_end);
  AddSamples(*this, SampleKind::kLastEnd, figures.last_end);
  AddSamples(*this, SampleKind::kStage, figures.stage);
}

size_t Tally::heap_bytes() const {
  size_t bytes = 0;
  for (const std::unique_ptr<histogram::Histogram>& histogram : histograms_) {
    if (histogram != nullptr) bytes += histogram->memory_bytes();
  }
  return bytes;
}

}  // namespace oneway::ledger
