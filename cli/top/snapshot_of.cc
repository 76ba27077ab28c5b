// SPDX-License-Identifier: Apache-2.0
#include "cli/top/snapshot_of.h"

#include <map>
#include <utility>

#include "cli/server.h"

namespace oneway::cli::top {
namespace {

using MissingJoiners = google::protobuf::RepeatedPtrField<v1::MissingJoiner>;

// Each joiner once, whichever of the questions it did not answer.
std::vector<Missing> MissingIn(const Replies& replies) {
  std::map<std::string, std::string> reasons;
  for (const MissingJoiners* missing :
       {&replies.window.missing(), &replies.ever.missing(), &replies.overdue.missing(), &replies.balance.missing()}) {
    for (const v1::MissingJoiner& joiner : *missing) reasons.emplace(joiner.joiner(), ShortReason(joiner));
  }
  std::vector<Missing> missing;
  for (const auto& [joiner, reason] : reasons) missing.push_back({.joiner = joiner, .reason = reason});
  return missing;
}

void Read(const v1::StatsReply& ever, MonotonicTime at, RateMeter& meter) {
  if (!ever.missing().empty()) return meter.Skip();
  RateMeter::CountsByFlow counts;
  for (const v1::FlowStats& flow : ever.flows()) {
    counts[flow.flow()] = {.started = flow.counters().started(), .matched = flow.counters().matched()};
  }
  meter.Read(std::move(counts), at);
}

RateMeter::Rates RatesOverWindow(const v1::FlowStats& stats) {
  return {.started_per_second = stats.started_per_second(), .matched_per_second = stats.matched_per_second()};
}

Flow FlowOf(const v1::FlowStats& stats, uint64_t overdue, const std::optional<RateMeter::Rates>& rates) {
  return {.name = stats.flow(),
          .started_per_second = rates ? std::optional(rates->started_per_second) : std::nullopt,
          .matched_per_second = rates ? std::optional(rates->matched_per_second) : std::nullopt,
          .open = stats.open(),
          .oldest_seconds = stats.oldest_open_seconds(),
          .overdue = overdue,
          .samples = stats.samples(),
          .p50_seconds = stats.p50_seconds(),
          .p99_seconds = stats.p99_seconds(),
          .max_seconds = stats.max_seconds(),
          .expired = stats.counters().expired()};
}

}  // namespace

Snapshot SnapshotOf(const Replies& replies, Window window, Time at, MonotonicTime read_at, RateMeter& meter) {
  const bool is_first = meter.is_new();
  Read(replies.ever, read_at, meter);
  std::map<std::string, uint64_t> overdue;
  for (const v1::FlowOverdue& flow : replies.overdue.flows()) overdue[flow.flow()] = flow.count();
  Snapshot snapshot{.at = at,
                    .window = window,
                    .flows = {},
                    .missing = MissingIn(replies),
                    .joiners = replies.balance.joiners() + static_cast<uint64_t>(replies.balance.missing_size()),
                    .unexplained = replies.balance.total().unexplained()};
  for (const v1::FlowStats& flow : replies.window.flows()) {
    const auto rates = is_first ? std::optional(RatesOverWindow(flow)) : meter.RatesOf(flow.flow());
    snapshot.flows.push_back(FlowOf(flow, overdue[flow.flow()], rates));
  }
  return snapshot;
}

}  // namespace oneway::cli::top
