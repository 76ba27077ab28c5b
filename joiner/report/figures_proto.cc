// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/figures_proto.h"

#include "absl/strings/str_cat.h"
#include "common/observe/utf8.h"
#include "common/query/histogram_proto.h"
#include "joiner/report/local_query_parts.h"

namespace oneway::report {
namespace {

void FillByEnd(const ledger::Counters& counters, v1::FlowCounters& proto) {
  proto.set_started(Get(counters, ledger::Counter::kStarted));
  proto.set_matched(Get(counters, ledger::Counter::kMatched));
  proto.set_expired(Get(counters, ledger::Counter::kExpired));
  proto.set_superseded(Get(counters, ledger::Counter::kSuperseded));
  proto.set_orphan(Get(counters, ledger::Counter::kOrphan));
  proto.set_late(Get(counters, ledger::Counter::kLate));
  proto.set_late_arrival(Get(counters, ledger::Counter::kLateArrival));
  proto.set_negative(Get(counters, ledger::Counter::kNegative));
  proto.set_early(Get(counters, ledger::Counter::kEarly));
  proto.set_duplicate(Get(counters, ledger::Counter::kDuplicate));
  proto.set_repeated_start(Get(counters, ledger::Counter::kRepeatedStart));
  proto.set_reused_key(Get(counters, ledger::Counter::kReusedKey));
  proto.set_extra_end(Get(counters, ledger::Counter::kExtraEnd));
  proto.set_stale(Get(counters, ledger::Counter::kStale));
  proto.set_late_part(Get(counters, ledger::Counter::kLatePart));
  proto.set_empty(Get(counters, ledger::Counter::kEmpty));
  proto.set_excess_part(Get(counters, ledger::Counter::kExcessPart));
  proto.set_end(Get(counters, ledger::Counter::kEnd));
  proto.set_stage(Get(counters, ledger::Counter::kStage));
  proto.set_late_stage(Get(counters, ledger::Counter::kLateStage));
  proto.set_good(Get(counters, ledger::Counter::kGood));
  proto.set_valid(Get(counters, ledger::Counter::kValid));
}

}  // namespace

void Fill(const ledger::Figures& figures, v1::WindowBy by, v1::FlowCounters& counters, v1::LatencyHistogram& latency) {
  if (by == v1::BY_END) {
    FillByEnd(figures.counters, counters);
    latency = query::ToProto(figures.latency);
    return;
  }
  counters.set_started(Get(figures.counters, ledger::Counter::kStarted));
  counters.set_matched(figures.cohort.count());
  counters.set_expired(Get(figures.counters, ledger::Counter::kCohortExpired));
  latency = query::ToProto(figures.cohort);
}

void Fill(const join::PartsStory& story, v1::FanoutParts& parts) {
  parts.set_expected(story.expected);
  parts.set_known(story.known);
  parts.set_ended(story.ended);
  if (story.completed_at) parts.set_completed_unix_nanos(ToUnixNanos(*story.completed_at));
  parts.set_missing(story.missing);
  for (const std::string& id : story.missing_ids) parts.add_missing_ids(id);
  parts.set_last_progress_unix_nanos(ToUnixNanos(story.last_progress));
}

void FillLabels(const ledger::Labels& labels, google::protobuf::RepeatedPtrField<v1::Label>& proto) {
  for (const auto& [name, value] : labels) {
    v1::Label& label = *proto.Add();
    label.set_name(observe::ToUtf8(name));
    label.set_value(observe::ToUtf8(value));
  }
}

std::string Hex(const hash::Fingerprint& fingerprint) {
  return absl::StrCat(absl::Hex(fingerprint.high, absl::kZeroPad16), absl::Hex(fingerprint.low, absl::kZeroPad16));
}

grpc::Status TooBusy() {
  return {grpc::StatusCode::UNAVAILABLE, "no commit became durable in time; the joiner is busy or its disk stalls"};
}

std::optional<flow::FlowId> FindFlow(const ledger::Dictionary& dictionary, const std::string& name) {
  for (const auto& [flow, known] : dictionary.Flows()) {
    if (known == name) return flow;
  }
  return std::nullopt;
}

}  // namespace oneway::report
