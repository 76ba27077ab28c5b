// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_query.h"

#include <algorithm>
#include <future>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/observe/utf8.h"
#include "common/query/histogram_proto.h"
#include "common/rpc/status.h"
#include "joiner/ingest/mark_proto.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

using ingest::Fill;

constexpr auto kAnswerWaitMax = std::chrono::seconds(2);

grpc::Status TooBusy() {
  return {grpc::StatusCode::UNAVAILABLE, "no commit became durable in time; the joiner is busy or its disk stalls"};
}

uint64_t Get(const ledger::Counters& counters, ledger::Counter counter) {
  return counters[static_cast<size_t>(counter)];
}

void Fill(const ledger::Counters& counters, oneway::v1::FlowCounters& proto) {
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

// The window of the last `seconds`, as whole minutes: the current one and as many before as are needed.
Time WindowStart(Time now, uint32_t seconds) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(std::chrono::seconds(seconds));
  return std::chrono::floor<std::chrono::minutes>(now) - minutes + std::chrono::minutes(1);
}

// Of a flow or series, as the request asks.
template <typename Id>
ledger::Figures FiguresOf(const ledger::Ledger& ledger, Id id, const oneway::v1::StatsRequest& request, Time now) {
  if (request.window_seconds() == 0) return ledger.TotalOf(id);
  return ledger.WindowOf(id, WindowStart(now, request.window_seconds()), now + std::chrono::hours(1));
}

void Fill(const join::PartsStory& story, oneway::v1::FanoutParts& parts) {
  parts.set_expected(story.expected);
  parts.set_known(story.known);
  parts.set_ended(story.ended);
  if (story.completed_at) parts.set_completed_unix_nanos(ToUnixNanos(*story.completed_at));
  parts.set_missing(story.missing);
  for (const std::string& id : story.missing_ids) parts.add_missing_ids(id);
  parts.set_last_progress_unix_nanos(ToUnixNanos(story.last_progress));
}

void Fill(const join::KeyStory& story, oneway::v1::KeyReply& reply) {
  reply.set_state(oneway::v1::KeyState(static_cast<int>(story.state) + 1));
  if (story.started_at) reply.set_started_unix_nanos(ToUnixNanos(*story.started_at));
  if (story.ended_at) reply.set_ended_unix_nanos(ToUnixNanos(*story.ended_at));
  if (story.latency) reply.set_latency_nanos(story.latency->count());
  if (story.deadline) reply.set_deadline_unix_nanos(ToUnixNanos(*story.deadline));
  if (story.parts) Fill(*story.parts, *reply.mutable_parts());
  reply.set_empty(story.empty);
}

void AddTo(const oneway::v1::FlowBalance& flow, oneway::v1::FlowBalance& total) {
  total.set_started(total.started() + flow.started());
  total.set_matched(total.matched() + flow.matched());
  total.set_expired(total.expired() + flow.expired());
  total.set_superseded(total.superseded() + flow.superseded());
  total.set_open(total.open() + flow.open());
  total.set_unexplained(total.unexplained() + flow.unexplained());
}

}  // namespace

LocalQueryService::LocalQueryService(Parts parts) : parts_(std::move(parts)) {}

// While it drains it still answers.
absl::Status LocalQueryService::CheckServes() const {
  absl::Status status = parts_.gate.Check();
  return absl::IsFailedPrecondition(status) ? status : absl::OkStatus();
}

grpc::Status LocalQueryService::LocalStats(grpc::ServerContext*, const oneway::v1::StatsRequest* request,
                                           oneway::v1::LocalStatsReply* reply) {
  if (absl::Status status = CheckServes(); !status.ok()) return rpc::ToGrpc(status);
  const auto filled = shard::InspectAndWait(parts_.committer, false, kAnswerWaitMax,
                                            [this, request = *request](const shard::Inspection& inspection) {
                                              oneway::v1::LocalStatsReply answer;
                                              FillStats(request, inspection, answer);
                                              return answer;
                                            });
  if (!filled) return TooBusy();
  *reply = *filled;
  return grpc::Status::OK;
}

void LocalQueryService::FillStats(const oneway::v1::StatsRequest& request, const shard::Inspection& inspection,
                                  oneway::v1::LocalStatsReply& reply) const {
  reply.set_joiner(parts_.joiner);
  Fill(inspection.view.mark, *reply.mutable_mark());
  const Time now = parts_.clock.Wall();
  for (const auto& [flow, name] : parts_.dictionary.Flows()) {
    if (!request.flow().empty() && request.flow() != name) continue;
    const ledger::Figures figures = FiguresOf(inspection.ledger, flow, request, now);
    oneway::v1::LocalFlowStats& stats = *reply.add_flows();
    stats.set_flow(name);
    Fill(figures.counters, *stats.mutable_counters());
    *stats.mutable_latency() = query::ToProto(figures.latency);
    *stats.mutable_completion() = query::ToProto(figures.completion);
    if (stats.counters().stage() > 0) FillStages(request, inspection.ledger, flow, now, stats);
    const auto index = static_cast<size_t>(flow);
    if (index >= inspection.view.flows.size()) continue;
    const join::FlowFigures& open = inspection.view.flows[index];
    stats.set_open(open.open);
    stats.set_early_waiting(open.early_waiting);
    if (open.oldest_open) stats.set_oldest_open_unix_nanos(ToUnixNanos(*open.oldest_open));
  }
}

void LocalQueryService::FillStages(const oneway::v1::StatsRequest& request, const ledger::Ledger& ledger,
                                   flow::FlowId flow, Time now, oneway::v1::LocalFlowStats& stats) const {
  for (const flow::SeriesId series : ledger.SeriesOf(flow)) {
    const std::optional<std::string> stage = parts_.dictionary.StageOf(series);
    if (!stage) continue;
    const ledger::Figures figures = FiguresOf(ledger, series, request, now);
    if (Get(figures.counters, ledger::Counter::kStage) == 0) continue;
    oneway::v1::StageStats& told = *stats.add_stages();
    told.set_stage(observe::ToUtf8(*stage));
    told.set_count(Get(figures.counters, ledger::Counter::kStage));
    *told.mutable_latency() = query::ToProto(figures.stage);
  }
}

std::optional<flow::FlowId> LocalQueryService::FindFlow(const std::string& name) const {
  std::optional<flow::FlowId> other;
  for (const auto& [flow, known] : parts_.dictionary.Flows()) {
    if (known == name) return flow;
    if (known == ledger::kOtherFlow) other = flow;
  }
  return other;
}

grpc::Status LocalQueryService::LocalKey(grpc::ServerContext*, const oneway::v1::KeyRequest* request,
                                         oneway::v1::KeyReply* reply) {
  if (absl::Status status = CheckServes(); !status.ok()) return rpc::ToGrpc(status);
  const hash::Fingerprint fingerprint = hash::FingerprintOf(parts_.seed, request->flow(), request->key());
  const hash::SlotId slot = hash::SlotOf(fingerprint);
  const auto slot_number = static_cast<uint32_t>(slot);
  if (parts_.slots.OwnerOf(slot) != parts_.own) {
    return {grpc::StatusCode::FAILED_PRECONDITION,
            absl::StrCat("the key is in slot ", slot_number, ", which is not one of ", parts_.joiner)};
  }
  reply->set_joiner(parts_.joiner);
  reply->set_slot(slot_number);
  reply->set_state(oneway::v1::ABSENT);
  Fill(parts_.committer.view()->mark, *reply->mutable_mark());
  const std::optional<flow::FlowId> flow = FindFlow(request->flow());
  if (!flow) return grpc::Status::OK;

  using Answer = std::pair<journal::Mark, join::KeyStory>;
  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = promise->get_future();
  shard::KeyInquiry inquiry{.fingerprint = fingerprint, .flow = *flow};
  inquiry.on_answer = [promise = std::move(promise)](const journal::Mark& durable, const join::KeyStory& story) {
    promise->set_value({durable, story});
  };
  parts_.runners[slot_number % parts_.runners.size()]->inbox().Put(std::move(inquiry),
                                                                   std::chrono::steady_clock::now() + kAnswerWaitMax);
  const std::optional<Answer> answer = shard::Await(future, kAnswerWaitMax);
  if (!answer) return TooBusy();
  Fill(answer->first, *reply->mutable_mark());
  Fill(answer->second, *reply);
  return grpc::Status::OK;
}

grpc::Status LocalQueryService::LocalBalance(grpc::ServerContext*, const oneway::v1::BalanceRequest*,
                                             oneway::v1::BalanceReply* reply) {
  if (absl::Status status = CheckServes(); !status.ok()) return rpc::ToGrpc(status);
  const auto filled =
      shard::InspectAndWait(parts_.committer, true, kAnswerWaitMax, [this](const shard::Inspection& inspection) {
        oneway::v1::BalanceReply answer;
        FillBalance(inspection, answer);
        return answer;
      });
  if (!filled) return TooBusy();
  *reply = *filled;
  return grpc::Status::OK;
}

void LocalQueryService::FillBalance(const shard::Inspection& inspection, oneway::v1::BalanceReply& reply) const {
  Fill(inspection.view.mark, *reply.mutable_mark());
  reply.set_joiners(1);
  oneway::v1::JoinerIncarnation& incarnation = *reply.add_incarnations();
  incarnation.set_joiner(parts_.joiner);
  incarnation.set_incarnation(inspection.store.Figures().runs);
  *incarnation.mutable_mark() = reply.mark();
  for (const auto& [flow, name] : parts_.dictionary.Flows()) {
    const auto index = static_cast<size_t>(flow);
    const ledger::Counters counters = inspection.ledger.TotalOf(flow).counters;
    oneway::v1::FlowBalance& balance = *reply.add_flows();
    balance.set_flow(name);
    balance.set_started(Get(counters, ledger::Counter::kStarted));
    balance.set_matched(Get(counters, ledger::Counter::kMatched));
    balance.set_expired(Get(counters, ledger::Counter::kExpired));
    balance.set_superseded(Get(counters, ledger::Counter::kSuperseded));
    balance.set_open(index < inspection.open_counts->size() ? (*inspection.open_counts)[index] : 0);
    const uint64_t explained = balance.matched() + balance.expired() + balance.superseded() + balance.open();
    balance.set_unexplained(std::max(explained, balance.started()) - std::min(explained, balance.started()));
    AddTo(balance, *reply.mutable_total());
  }
}

}  // namespace oneway::report
