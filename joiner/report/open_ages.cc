// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/open_ages.h"

#include <algorithm>

namespace oneway::report {

void OpenAges::See(const join::OpenKeyView& key) {
  if (options_.flow && *options_.flow != key.flow) return;
  const bool of_cohort = options_.cohort && options_.cohort->from <= key.start && key.start < options_.cohort->until;
  if (!of_cohort && !options_.of_all) return;
  // It may have started ahead of this machine's clock, or have been told to begin later.
  const Duration age = std::max(Duration::zero(), options_.now - key.since);
  OfFlow& flow = flows_[key.flow];
  if (options_.of_all) flow.all.Record(age);
  if (!of_cohort) return;
  flow.cohort.Record(age);
  ++series_[key.series];
}

void OpenAges::Merge(const OpenAges& other) {
  for (const auto& [flow, ages] : other.flows_) {
    OfFlow& mine = flows_[flow];
    mine.all.Merge(ages.all);
    mine.cohort.Merge(ages.cohort);
  }
  for (const auto& [series, open] : other.series_) series_[series] += open;
}

OpenAges::OfFlow OpenAges::Of(flow::FlowId flow) const {
  const auto found = flows_.find(flow);
  return found == flows_.end() ? OfFlow{} : found->second;
}

uint64_t OpenAges::CohortOf(flow::SeriesId series) const {
  const auto found = series_.find(series);
  return found == series_.end() ? 0 : found->second;
}

}  // namespace oneway::report
