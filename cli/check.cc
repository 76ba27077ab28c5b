// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <charconv>
#include <cmath>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/server.h"
#include "common/histogram/histogram.h"
#include "common/query/histogram_proto.h"

namespace oneway::cli {
namespace {

// Something that was asked, and how it stands.
struct Finding {
  std::string name;   // p99
  std::string bound;  // in words
  double asked = 0;   // share that has to be kept, or may be reached
  double found = 0;   // share
  bool holds = false;
  std::string detail;
};

// What is known of the flow, read once.
struct Observed {
  histogram::Histogram latency;
  histogram::Histogram open_ages;
  uint64_t matched = 0;
  uint64_t expired = 0;
};

absl::StatusOr<Observed> Read(const v1::FlowStats& flow) {
  auto latency = query::FromProto(flow.latency());
  auto open_ages = query::FromProto(flow.open_ages());
  if (!latency.ok()) return latency.status();
  if (!open_ages.ok()) return open_ages.status();
  return Observed{*std::move(latency), *std::move(open_ages), flow.counters().matched(), flow.counters().expired()};
}

// How many are at most so long, to within the bucket that `bound` lies in.
uint64_t CountWithin(const histogram::Histogram& histogram, Duration bound) {
  const int32_t last = histogram::Histogram::IndexOf(bound);
  uint64_t count = histogram.zero_count();
  for (const histogram::Histogram::Bucket& bucket : histogram.buckets()) {
    if (bucket.index <= last) count += bucket.count;
  }
  return count;
}

Finding JudgeQuantile(const std::string& name, double quantile, Duration bound, const Observed& flow) {
  const uint64_t within = CountWithin(flow.latency, bound);
  const uint64_t ended = flow.latency.count();
  const uint64_t stuck = flow.open_ages.count() - CountWithin(flow.open_ages, bound);
  const uint64_t all = ended + stuck + flow.expired;
  Finding finding{.name = name, .bound = "at most " + FormatDuration(bound), .asked = quantile};
  finding.found = all == 0 ? 1 : static_cast<double>(within) / static_cast<double>(all);
  finding.holds = finding.found >= quantile;
  finding.detail = absl::StrFormat("%d of %d ended in that time, %d took longer, %d are open for longer, %d expired",
                                   within, all, ended - within, stuck, flow.expired);
  return finding;
}

Finding JudgeExpired(double share_max, const Observed& flow) {
  const uint64_t closed = flow.expired + flow.matched;
  Finding finding{.name = "expired", .bound = absl::StrFormat("at most %g%%", share_max * 100), .asked = share_max};
  finding.found = closed == 0 ? 0 : static_cast<double>(flow.expired) / static_cast<double>(closed);
  finding.holds = finding.found <= share_max;
  finding.detail = absl::StrFormat("%d of %d", flow.expired, closed);
  return finding;
}

std::vector<Finding> Judge(const CheckOptions& options, const Observed& flow) {
  std::vector<Finding> findings;
  const struct {
    const char* name;
    double quantile;
    Duration bound;
  } quantiles[] = {
      {"p50", 0.5, options.p50}, {"p90", 0.9, options.p90}, {"p95", 0.95, options.p95}, {"p99", 0.99, options.p99}};
  for (const auto& asked : quantiles) {
    if (asked.bound > Duration::zero()) {
      findings.push_back(JudgeQuantile(asked.name, asked.quantile, asked.bound, flow));
    }
  }
  if (options.max_expired) findings.push_back(JudgeExpired(*options.max_expired, flow));
  return findings;
}

void TellFindings(const std::vector<Finding>& findings, Console& console) {
  for (const Finding& finding : findings) {
    console.out << Painted(console, finding.holds ? Colour::kGreen : Colour::kRed, finding.holds ? "ok    " : "FAILED")
                << "  " << finding.name << " " << finding.bound << ": "
                << absl::StrFormat("%.4g%%", finding.found * 100) << " (" << finding.detail << ")\n";
  }
}

void WriteJson(const CheckOptions& options, const std::vector<Finding>& findings, const v1::StatsReply& reply,
               Console& console) {
  JsonWriter json;
  json.BeginObject().Text("flow", options.flow).BeginArray("checks");
  for (const Finding& finding : findings) {
    json.BeginObject()
        .Text("name", finding.name)
        .Boolean("holds", finding.holds)
        .Real("asked_share", finding.asked)
        .Real("found_share", finding.found)
        .Text("detail", finding.detail)
        .EndObject();
  }
  json.EndArray();
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

Exit TooFew(const CheckOptions& options, uint64_t flows, Console& console) {
  console.err << "oneway: " << flows << " flows of " << options.flow << " in " << FormatDuration(options.window)
              << ", fewer than " << options.min_flows << ": nothing can be said; see --for and --min-flows\n";
  return Exit::kPartial;
}

}  // namespace

std::optional<double> ParseShare(const std::string& text) {
  const bool is_percent = text.ends_with('%');
  const char* const end = text.data() + text.size() - (is_percent ? 1 : 0);
  double share = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, share);
  if (error != std::errc() || rest != end) return std::nullopt;
  if (is_percent) share /= 100;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

Exit Check(const CheckOptions& options, Console& console) {
  v1::StatsRequest request;
  request.set_flow(options.flow);
  request.set_window_seconds(static_cast<uint32_t>(std::chrono::ceil<std::chrono::seconds>(options.window).count()));
  request.set_with_open_ages(true);
  v1::StatsReply reply;
  const grpc::Status status = Ask(options.server, &v1::Query::Stub::Stats, request, reply);
  if (!status.ok()) return TellNoAnswer(options.server, status, console);

  const Exit missing = TellMissing(reply.missing(), console);
  const v1::FlowStats flow = reply.flows().empty() ? v1::FlowStats() : reply.flows(0);
  const uint64_t flows = flow.counters().matched() + flow.counters().expired() + flow.open();
  if (missing == Exit::kOk && flows < options.min_flows) return TooFew(options, flows, console);
  const absl::StatusOr<Observed> observed = Read(flow);
  if (!observed.ok()) {
    const std::string reason(observed.status().message());
    return TellNoAnswer(options.server, {grpc::StatusCode::INTERNAL, "its answer makes no sense: " + reason}, console);
  }
  const std::vector<Finding> findings = Judge(options, *observed);
  options.json ? WriteJson(options, findings, reply, console) : TellFindings(findings, console);
  for (const Finding& finding : findings) {
    if (!finding.holds) return Exit::kFinding;
  }
  return missing;
}

}  // namespace oneway::cli
