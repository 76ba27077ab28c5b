// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/oracle/ledger_check.h"

#include <cmath>
#include <sstream>

#include "common/query/histogram_proto.h"

namespace oneway::test::crash {
namespace {

using histogram::Histogram;

// The bounds of the classic buckets, as docs/metrics.md names them.
constexpr int kSmallestBound = -8;
constexpr int kLargestBound = 17;

// What the ledgers say of one flow, whatever way it was asked.
struct Counts {
  v1::FlowCounters counters;
  uint64_t open = 0;
  uint64_t early_waiting = 0;
  Histogram latency;
  Histogram completion;
};

// Merges a histogram that came over the wire; one that cannot be is a finding.
void Merge(const std::string& flow, const v1::LatencyHistogram& proto, Histogram& into, Findings& findings) {
  const auto histogram = query::FromProto(proto);
  if (histogram.ok()) {
    into.Merge(*histogram);
  } else {
    findings.Unexplained(flow + ": " + histogram.status().ToString());
  }
}

std::map<std::string, Counts> SumOf(const std::vector<v1::LocalStatsReply>& joiners, Findings& findings) {
  std::map<std::string, Counts> sums;
  for (const v1::LocalStatsReply& joiner : joiners) {
    for (const v1::LocalFlowStats& stats : joiner.flows()) {
      Counts& sum = sums[stats.flow()];
      sum.counters.set_started(sum.counters.started() + stats.counters().started());
      sum.counters.set_matched(sum.counters.matched() + stats.counters().matched());
      sum.counters.set_expired(sum.counters.expired() + stats.counters().expired());
      sum.counters.set_superseded(sum.counters.superseded() + stats.counters().superseded());
      sum.counters.set_orphan(sum.counters.orphan() + stats.counters().orphan());
      sum.counters.set_late(sum.counters.late() + stats.counters().late());
      sum.counters.set_negative(sum.counters.negative() + stats.counters().negative());
      sum.counters.set_empty(sum.counters.empty() + stats.counters().empty());
      sum.open += stats.open();
      sum.early_waiting += stats.early_waiting();
      Merge(stats.flow(), stats.latency(), sum.latency, findings);
      Merge(stats.flow(), stats.completion(), sum.completion, findings);
    }
  }
  return sums;
}

std::map<std::string, Counts> CountsOf(const v1::StatsReply& cluster, Findings& findings) {
  std::map<std::string, Counts> all;
  for (const v1::FlowStats& stats : cluster.flows()) {
    Counts& counts = all[stats.flow()];
    counts.counters = stats.counters();
    counts.open = stats.open();
    counts.early_waiting = stats.early_waiting();
    Merge(stats.flow(), stats.latency(), counts.latency, findings);
    Merge(stats.flow(), stats.completion(), counts.completion, findings);
  }
  return all;
}

// Bucket by bucket; a difference is told as the first bucket that differs.
void CompareHistograms(const std::string& what, const Histogram& expected, const Histogram& actual,
                       Findings& findings) {
  if (expected == actual) return;
  std::map<int32_t, int64_t> surplus;
  for (const Histogram::Bucket& bucket : actual.buckets()) surplus[bucket.index] += static_cast<int64_t>(bucket.count);
  for (const Histogram::Bucket& bucket : expected.buckets()) {
    surplus[bucket.index] -= static_cast<int64_t>(bucket.count);
  }
  std::ostringstream sentence;
  sentence << what << ": " << actual.count() << " samples instead of " << expected.count();
  uint64_t differing = 0;
  for (const auto& [index, count] : surplus) {
    if (count == 0) continue;
    if (differing == 0) sentence << "; bucket " << index << " differs by " << count;
    differing += static_cast<uint64_t>(std::abs(count));
  }
  if (expected.sum_nanos() != actual.sum_nanos()) sentence << "; the sum differs";
  findings.Unexplained(sentence.str(), std::max<uint64_t>(differing, 1));
}

void CheckCounts(const std::string& who, const Tallies& tallies, const std::map<std::string, Counts>& all,
                 Findings& findings) {
  for (const auto& [flow, tally] : tallies) {
    const std::string where = who + ", flow " + flow + ": ";
    const auto found = all.find(flow);
    const Counts counts = found == all.end() ? Counts{} : found->second;
    findings.Compare(where + "started", tally.started, counts.counters.started());
    findings.Compare(where + "matched", tally.matched, counts.counters.matched());
    findings.Compare(where + "expired", tally.expired, counts.counters.expired());
    findings.Compare(where + "late", tally.late, counts.counters.late());
    findings.Compare(where + "negative", tally.negative, counts.counters.negative());
    findings.Compare(where + "empty", tally.empty, counts.counters.empty());
    findings.Compare(where + "superseded", 0, counts.counters.superseded());
    findings.Compare(where + "open", tally.open, counts.open);
    findings.Compare(where + "orphan and waiting", tally.startless, counts.counters.orphan() + counts.early_waiting);
    CompareHistograms(where + "latency", tally.latency, counts.latency, findings);
    CompareHistograms(where + "completion", tally.completion, counts.completion, findings);
  }
  for (const auto& [flow, counts] : all) {
    if (!tallies.contains(flow)) findings.Unexplained(who + " knows a flow that was never sent: " + flow);
  }
}

void CheckBalance(const Tallies& tallies, const v1::BalanceReply& balance, Findings& findings) {
  Tally sum;
  for (const auto& [flow, tally] : tallies) {
    sum.started += tally.started;
    sum.matched += tally.matched;
    sum.expired += tally.expired;
    sum.open += tally.open;
  }
  findings.Compare("balance: started", sum.started, balance.total().started());
  findings.Compare("balance: matched", sum.matched, balance.total().matched());
  findings.Compare("balance: expired", sum.expired, balance.total().expired());
  findings.Compare("balance: open", sum.open, balance.total().open());
  if (balance.missing_size() > 0) findings.Unexplained("balance: the part of a joiner is missing");
  if (balance.total().unexplained() > 0) {
    findings.Unexplained("balance: " + balance.total().ShortDebugString(), balance.total().unexplained());
  }
}

uint64_t Sum(const std::vector<MetricsPage>& pages, const std::string& sample) {
  uint64_t sum = 0;
  for (const MetricsPage& page : pages) sum += page.Count(sample);
  return sum;
}

// As the exposition names a bound: 0.00390625 to 131072.
std::string BoundName(int exponent) {
  std::ostringstream name;
  name.precision(17);
  name << std::ldexp(1.0, exponent);
  return name.str();
}

void CheckPageHistogram(const std::string& family, const std::string& flow, const Histogram& expected,
                        const std::vector<MetricsPage>& pages, Findings& findings) {
  const std::string labels = "flow=\"" + flow + "\"";
  for (int exponent = kSmallestBound; exponent <= kLargestBound; ++exponent) {
    const std::string bucket = family + "_bucket{" + labels + ",le=\"" + BoundName(exponent) + "\"}";
    const uint64_t actual = Sum(pages, bucket);
    const uint64_t wanted = expected.CountAtMostPowerOfTwo(exponent);
    if (actual != wanted) {
      findings.Unexplained("metrics: " + bucket + " is " + std::to_string(actual) + ", not " + std::to_string(wanted));
    }
  }
  findings.Compare("metrics: " + family + "_count of " + flow, expected.count(),
                   Sum(pages, family + "_count{" + labels + "}"));
  unsigned __int128 nanos = 0;
  for (const MetricsPage& page : pages) nanos += page.Nanos(family + "_sum{" + labels + "}");
  if (nanos != expected.sum_nanos()) findings.Unexplained("metrics: " + family + "_sum of " + flow + " is wrong");
}

void CheckPages(const Tallies& tallies, const std::vector<MetricsPage>& pages, Findings& findings) {
  for (const auto& [flow, tally] : tallies) {
    const auto sum = [&pages, label = "{flow=\"" + flow + "\"}"](const std::string& name) {
      return Sum(pages, name + label);
    };
    const std::string where = "metrics, flow " + flow + ": ";
    findings.Compare(where + "started", tally.started, sum("oneway_started_total"));
    findings.Compare(where + "matched", tally.matched, sum("oneway_matched_total"));
    findings.Compare(where + "expired", tally.expired, sum("oneway_expired_total"));
    findings.Compare(where + "late", tally.late, sum("oneway_late_total"));
    findings.Compare(where + "open", tally.open, sum("oneway_open"));
    findings.Compare(where + "orphan and waiting", tally.startless,
                     sum("oneway_orphan_total") + sum("oneway_early_waiting"));
    CheckPageHistogram("oneway_latency_seconds", flow, tally.latency, pages, findings);
    CheckPageHistogram("oneway_late_latency_seconds", flow, tally.late_latency, pages, findings);
    CheckPageHistogram("oneway_negative_latency_seconds", flow, tally.negative_latency, pages, findings);
    CheckPageHistogram("oneway_completion_seconds", flow, tally.completion, pages, findings);
  }
}

void CheckBounds(const Tallies& tallies, const std::map<std::string, Counts>& all, Findings& findings) {
  for (const auto& [flow, tally] : tallies) {
    const auto found = all.find(flow);
    const uint64_t started = found == all.end() ? 0 : found->second.counters.started();
    if (started < tally.starts_acked) findings.Compare(flow + ": acked starts", tally.starts_acked, started);
    if (started > tally.starts_sent) findings.Compare(flow + ": sent starts", tally.starts_sent, started);
  }
}

}  // namespace

Findings CheckLedger(const Tallies& tallies, const ClusterView& view) {
  Findings findings;
  const auto sums = SumOf(view.joiners, findings);
  CheckCounts("sum of the joiners", tallies, sums, findings);
  CheckCounts("cluster", tallies, CountsOf(view.cluster, findings), findings);
  CheckBalance(tallies, view.balance, findings);
  CheckPages(tallies, view.pages, findings);
  CheckBounds(tallies, sums, findings);
  return findings;
}

}  // namespace oneway::test::crash
