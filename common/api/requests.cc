// SPDX-License-Identifier: Apache-2.0
#include "common/api/requests.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/api/parameters.h"

namespace oneway::api {
namespace {

constexpr uint32_t kLimitMax = 1000;  // of Overdue, Slowest and Tail

v1::WindowBy ReadBy(Parameters& parameters) {
  return parameters.Choice("by", {"end", "start"}) == 1 ? v1::BY_START : v1::BY_END;
}

template <typename Request>
absl::StatusOr<Request> Finished(const Parameters& parameters, Request request) {
  if (absl::Status status = parameters.Finish(); !status.ok()) return status;
  return request;
}

// `tail` alone, `tail=1` and `tail=all` are all decisions; else a list of their names in lower case.
void ReadDecisions(Parameters& parameters, v1::TailRequest& tail) {
  for (const std::string& name : parameters.List("tail")) {
    v1::Decision decision = v1::DECISION_UNSPECIFIED;
    if (name == "all" || name == "1") continue;
    if (!v1::Decision_Parse(absl::StrCat("DECISION_", absl::AsciiStrToUpper(name)), &decision) ||
        decision == v1::DECISION_UNSPECIFIED) {
      return parameters.Refuse("tail", absl::StrCat("has `", name,
                                                    "`; write all, or some of started, matched, expired, late, "
                                                    "superseded, orphan with commas between"));
    }
    tail.add_decisions(decision);
  }
}

}  // namespace

absl::StatusOr<v1::StatsRequest> StatsRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  v1::StatsRequest stats;
  stats.set_flow(parameters.Text("flow"));
  stats.set_window_seconds(parameters.WholeSeconds("window"));
  stats.set_until_unix_nanos(parameters.UnixNanos("until"));
  stats.set_by(ReadBy(parameters));
  stats.set_with_series(parameters.Flag("with_series"));
  stats.set_with_open_ages(parameters.Flag("with_open_ages"));
  return Finished(parameters, std::move(stats));
}

absl::StatusOr<v1::KeyRequest> KeyRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  v1::KeyRequest key;
  key.set_flow(parameters.Text("flow"));
  key.set_key(parameters.Text("key"));
  return Finished(parameters, std::move(key));
}

absl::StatusOr<v1::BalanceRequest> BalanceRequestFrom(const observe::HttpRequest& request) {
  return Finished(Parameters(request), v1::BalanceRequest());
}

absl::StatusOr<v1::TimelineRequest> TimelineRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  v1::TimelineRequest timeline;
  timeline.set_flow(parameters.Text("flow"));
  timeline.set_window_seconds(parameters.WholeSeconds("window"));
  // An hour is what people look at; the proto has no default.
  if (timeline.window_seconds() == 0) timeline.set_window_seconds(3600);
  timeline.set_until_unix_nanos(parameters.UnixNanos("until"));
  timeline.set_step_seconds(parameters.WholeSeconds("step"));
  timeline.set_by(ReadBy(parameters));
  return Finished(parameters, std::move(timeline));
}

absl::StatusOr<v1::OverdueRequest> OverdueRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  v1::OverdueRequest overdue;
  overdue.set_flow(parameters.Text("flow"));
  overdue.set_min_age_seconds(parameters.Seconds("min_age"));
  overdue.set_limit(parameters.Count("limit", kLimitMax));
  return Finished(parameters, std::move(overdue));
}

absl::StatusOr<v1::SlowestRequest> SlowestRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  v1::SlowestRequest slowest;
  slowest.set_flow(parameters.Text("flow"));
  slowest.set_window_seconds(parameters.WholeSeconds("window"));
  slowest.set_limit(parameters.Count("limit", kLimitMax));
  return Finished(parameters, std::move(slowest));
}

absl::StatusOr<v1::ClusterRequest> ClusterRequestFrom(const observe::HttpRequest& request) {
  return Finished(Parameters(request), v1::ClusterRequest());
}

absl::StatusOr<EventsRequest> EventsRequestFrom(const observe::HttpRequest& request) {
  Parameters parameters(request);
  EventsRequest events;
  events.with_tail = request.Parameter("tail").has_value();
  ReadDecisions(parameters, events.tail);
  events.tail.set_flow(parameters.Text("flow"));
  events.tail.set_key_prefix(parameters.Text("key_prefix"));
  events.tail.set_min_latency_seconds(parameters.Seconds("min_latency"));
  events.tail.set_per_second_max(parameters.Count("per_second_max", kLimitMax));
  return Finished(parameters, std::move(events));
}

}  // namespace oneway::api
