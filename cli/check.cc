// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/format.h"
#include "cli/json_writer.h"
#include "cli/server.h"
#include "common/histogram/histogram.h"
#include "common/query/histogram_proto.h"

namespace oneway::cli {
namespace {

enum class Verdict { kHolds, kFails, kUnknown };

// Something that was asked, and how it stands.
struct Finding {
  std::string name;     // p99
  std::string bound;    // in words
  double asked = 0;     // share that has to be kept, or may be reached
  double found = 0;     // share
  uint64_t judged = 0;  // flows that the share is of
  Verdict verdict = Verdict::kUnknown;
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

double Share(uint64_t part, uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

Verdict VerdictOf(bool holds, uint64_t judged, uint64_t judged_min) {
  if (judged < judged_min) return Verdict::kUnknown;
  return holds ? Verdict::kHolds : Verdict::kFails;
}

// Of a key that is open for less than `bound` nothing can be said yet.
Finding JudgeQuantile(const std::string& name, double quantile, Duration bound, const Observed& flow) {
  const uint64_t within = CountWithin(flow.latency, bound);
  const uint64_t ended = flow.latency.count();
  const uint64_t stuck = flow.open_ages.count() - CountWithin(flow.open_ages, bound);
  const uint64_t judged = ended + stuck + flow.expired;
  return {.name = name,
          .bound = "at most " + FormatDuration(bound),
          .asked = quantile,
          .found = Share(within, judged),
          .judged = judged,
          .detail = absl::StrFormat("%d of %d ended in that time, %d took longer, %d are open for longer, %d expired",
                                    within, judged, ended - within, stuck, flow.expired)};
}

Finding JudgeExpired(double share_max, const Observed& flow) {
  const uint64_t closed = flow.expired + flow.matched;
  return {.name = "expired",
          .bound = absl::StrFormat("at most %g%%", share_max * 100),
          .asked = share_max,
          .found = Share(flow.expired, closed),
          .judged = closed,
          .detail = absl::StrFormat("%d of %d", flow.expired, closed)};
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
      Finding& finding = findings.emplace_back(JudgeQuantile(asked.name, asked.quantile, asked.bound, flow));
      finding.verdict = VerdictOf(finding.found >= finding.asked, finding.judged, options.min_flows);
    }
  }
  if (options.max_expired) {
    Finding& finding = findings.emplace_back(JudgeExpired(*options.max_expired, flow));
    finding.verdict = VerdictOf(finding.found <= finding.asked, finding.judged, options.min_flows);
  }
  return findings;
}

void TellFindings(const CheckOptions& options, const std::vector<Finding>& findings, Console& console) {
  for (const Finding& finding : findings) {
    const std::string asked = absl::StrCat("  ", finding.name, " ", finding.bound, ": ");
    if (finding.verdict == Verdict::kUnknown) {
      console.out << Painted(console, Colour::kYellow, "unknown") << asked
                  << absl::StrFormat(
                         "of %d flows of %s in %s, fewer than %d, nothing can be said; see --for and "
                         "--min-flows\n",
                         finding.judged, options.flow, FormatDuration(options.window), options.min_flows);
      continue;
    }
    const bool holds = finding.verdict == Verdict::kHolds;
    console.out << Painted(console, holds ? Colour::kGreen : Colour::kRed, holds ? "ok     " : "FAILED ") << asked
                << absl::StrFormat("%.4g%% (%s)\n", finding.found * 100, finding.detail);
  }
}

std::string_view NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kFails:
      return "fails";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

void WriteJson(const CheckOptions& options, const std::vector<Finding>& findings, const v1::StatsReply& reply,
               Console& console) {
  JsonWriter json;
  json.BeginObject().Text("flow", options.flow).BeginArray("checks");
  for (const Finding& finding : findings) {
    json.BeginObject()
        .Text("name", finding.name)
        .Text("verdict", NameOf(finding.verdict))
        .Real("asked_share", finding.asked)
        .Real("found_share", finding.found)
        .Count("judged", finding.judged)
        .Text("detail", finding.detail)
        .EndObject();
  }
  json.EndArray();
  WriteMissing(reply.missing(), json);
  console.out << json.EndObject().text() << "\n";
}

// What fails does so whatever is not known.
Exit ExitOf(const std::vector<Finding>& findings, Exit missing) {
  const auto has = [&findings](Verdict verdict) {
    return std::any_of(findings.begin(), findings.end(),
                       [verdict](const Finding& finding) { return finding.verdict == verdict; });
  };
  if (has(Verdict::kFails)) return Exit::kFinding;
  return has(Verdict::kUnknown) ? Exit::kPartial : missing;
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
  if (reply.flows().empty() && missing == Exit::kOk) {
    console.err << "oneway: nobody has seen a flow `" << options.flow << "`\n";
  }
  const absl::StatusOr<Observed> observed = Read(flow);
  if (!observed.ok()) {
    const std::string reason(observed.status().message());
    return TellNoAnswer(options.server, {grpc::StatusCode::INTERNAL, "its answer makes no sense: " + reason}, console);
  }
  const std::vector<Finding> findings = Judge(options, *observed);
  options.json ? WriteJson(options, findings, reply, console) : TellFindings(options, findings, console);
  return ExitOf(findings, missing);
}

}  // namespace oneway::cli
